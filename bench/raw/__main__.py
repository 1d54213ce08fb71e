"""The sample with Pulumi alone: what a person would write who needs it on one machine."""

import subprocess

import pulumi
import pulumi_docker as docker
import pulumi_kubernetes as k8s
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

config = pulumi.Config()
name, port = config.require("cluster"), config.require_int("registryPort")


class KindProvider(ResourceProvider):
    """Reads the kubeconfig of a cluster."""

    def create(self, props: dict[str, str]) -> CreateResult:
        command = ["kind", "get", "kubeconfig", "--name", props["name"]]
        done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
        return CreateResult(props["name"], {"kubeconfig": done.stdout})


class Kind(Resource):
    """A kind cluster."""

    kubeconfig: pulumi.Output[str]

    def __init__(self, resource: str, cluster: str) -> None:
        super().__init__(KindProvider(), resource, {"name": cluster, "kubeconfig": None})


volume = docker.Volume("registry-data", name=f"{name}-raw")
registry = docker.Container(
    "registry",
    image=config.require("registryImage"),
    name=f"{name}-raw",
    ports=[docker.ContainerPortArgs(internal=5000, external=port, ip="127.0.0.1")],
    volumes=[
        docker.ContainerVolumeArgs(volume_name=volume.name, container_path="/var/lib/registry")
    ],
)
image = docker.Image(
    "image",
    image_name=f"localhost:{port}/hello-raw:1",
    build=docker.DockerBuildArgs(
        context="app", args={"BASE": config.require("base")}, platform="linux/amd64"
    ),
    opts=pulumi.ResourceOptions(depends_on=[registry]),
)
cluster = Kind("cluster", name)
inside = pulumi.ResourceOptions(provider=k8s.Provider("kubernetes", kubeconfig=cluster.kubeconfig))
namespace = k8s.core.v1.Namespace("raw", metadata={"name": "raw"}, opts=inside)
labels = {"app": "hello-raw"}
k8s.core.v1.ConfigMap(
    "hosting",
    metadata={"name": "hosting", "namespace": namespace.metadata.name},
    data={"host": f"localhost:{port}"},
    opts=inside,
)
k8s.core.v1.Service(
    "service",
    metadata={
        "name": "hello-raw",
        "namespace": namespace.metadata.name,
        "annotations": {"pulumi.com/skipAwait": "true"},
    },
    spec=k8s.core.v1.ServiceSpecArgs(
        selector=labels, ports=[k8s.core.v1.ServicePortArgs(port=80, target_port=8080)]
    ),
    opts=inside,
)
k8s.apps.v1.Deployment(
    "deployment",
    metadata={
        "name": "hello-raw",
        "namespace": namespace.metadata.name,
        # Its registry is not the one that the nodes know; the measurement needs no pods.
        "annotations": {"pulumi.com/skipAwait": "true"},
    },
    spec=k8s.apps.v1.DeploymentSpecArgs(
        replicas=3,
        selector=k8s.meta.v1.LabelSelectorArgs(match_labels=labels),
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels),
            spec=k8s.core.v1.PodSpecArgs(
                containers=[
                    k8s.core.v1.ContainerArgs(name="web", image=image.repo_digest),
                    k8s.core.v1.ContainerArgs(
                        name="data", image=image.repo_digest, command=["node", "data.js"]
                    ),
                ]
            ),
        ),
    ),
    opts=inside,
)
