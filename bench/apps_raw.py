"""The same objects, by the vendor's typed classes."""

import pulumi
import pulumi_kubernetes as k8s


def make(count: int) -> None:
    """`count` applications: what App makes of them, written out once and registered by hand."""
    from bench.apps_objects import objects

    provider = k8s.Provider("kubernetes", kubeconfig="{}", enable_server_side_apply=True)
    options = pulumi.ResourceOptions(provider=provider)
    for number in range(count):
        name = f"web-{number}"
        policy, service, budget, deployment = objects(name)
        before: list[pulumi.Resource] = [
            k8s.networking.v1.NetworkPolicy(f"{name}-network", opts=options, **policy),
            k8s.core.v1.Service(f"{name}-service", opts=options, **service),
            k8s.policy.v1.PodDisruptionBudget(f"{name}-budget", opts=options, **budget),
        ]
        after = pulumi.ResourceOptions(provider=provider, depends_on=before)
        k8s.apps.v1.Deployment(f"{name}-deployment", opts=after, **deployment)
