"""Many applications with Pulumi alone, on a ready cluster and registry."""

import json
from pathlib import Path

import pulumi
import pulumi_docker as docker
import pulumi_kubernetes as k8s

config = pulumi.Config()
objects = Path("objects.json").read_text(encoding="utf-8")
provider = k8s.Provider(
    "kubernetes", kubeconfig=config.require("kubeconfig"), enable_server_side_apply=True
)
namespace = k8s.core.v1.Namespace(
    "namespace",
    metadata={"name": config.require("namespace")},
    opts=pulumi.ResourceOptions(provider=provider),
)
options = pulumi.ResourceOptions(provider=provider, depends_on=[namespace])
for name, version in config.require_object("versions").items():
    image = docker.Image(
        f"{name}-image",
        image_name=f"localhost:{config.require_int('registryPort')}/raw-many/{name}:1",
        build=docker.DockerBuildArgs(
            context="app",
            args={"BASE": config.require("base")},
            platform=config.require("platform"),
        ),
    )
    made = json.loads(objects.replace("the-name-of-it", name))
    before: list[pulumi.Resource] = [
        k8s.networking.v1.NetworkPolicy(f"{name}-network", opts=options, **made["NetworkPolicy"]),
        k8s.core.v1.Service(f"{name}-service", opts=options, **made["Service"]),
        k8s.policy.v1.PodDisruptionBudget(
            f"{name}-budget", opts=options, **made["PodDisruptionBudget"]
        ),
    ]
    workload = made["Deployment"]
    workload["spec"]["replicas"] = 0
    (container,) = workload["spec"]["template"]["spec"]["containers"]
    container["image"] = image.repo_digest
    container["env"] = [{"name": "VERSION", "value": version}]
    after = pulumi.ResourceOptions(provider=provider, depends_on=before)
    k8s.apps.v1.Deployment(f"{name}-deployment", opts=after, **workload)
