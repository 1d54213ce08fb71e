"""The same objects, by the vendor's typed classes."""

import json
import sys

import pulumi
import pulumi_kubernetes as k8s


def make(count: int) -> None:
    """`count` applications: NetworkPolicy, Service, PodDisruptionBudget and Deployment each.

    Their keywords come from standard input: what App makes of an application, written out once.
    """
    objects = sys.stdin.read()
    provider = k8s.Provider("kubernetes", kubeconfig="{}", enable_server_side_apply=True)
    options = pulumi.ResourceOptions(provider=provider)
    for number in range(count):
        name = f"web-{number}"
        made = json.loads(objects.replace("the-name-of-it", name))
        before: list[pulumi.Resource] = [
            k8s.networking.v1.NetworkPolicy(
                f"{name}-network", opts=options, **made["NetworkPolicy"]
            ),
            k8s.core.v1.Service(f"{name}-service", opts=options, **made["Service"]),
            k8s.policy.v1.PodDisruptionBudget(
                f"{name}-budget", opts=options, **made["PodDisruptionBudget"]
            ),
        ]
        after = pulumi.ResourceOptions(provider=provider, depends_on=before)
        k8s.apps.v1.Deployment(f"{name}-deployment", opts=after, **made["Deployment"])
