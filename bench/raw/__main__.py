"""The sample with Pulumi alone, on a ready cluster and registry: what a person would write."""

import pulumi
import pulumi_docker as docker
import pulumi_kubernetes as k8s

config = pulumi.Config()

image = docker.Image(
    "image",
    image_name=f"localhost:{config.require_int('registryPort')}/hello-raw:1",
    build=docker.DockerBuildArgs(
        context="app", args={"BASE": config.require("base")}, platform=config.require("platform")
    ),
)
provider = k8s.Provider("kubernetes", kubeconfig=config.require("kubeconfig"))
inside = pulumi.ResourceOptions(provider=provider)
namespace = k8s.core.v1.Namespace("raw", metadata={"name": "raw"}, opts=inside)
labels = {"app": "hello-raw"}
k8s.core.v1.Service(
    "service",
    metadata={"name": "hello-raw", "namespace": namespace.metadata.name},
    spec=k8s.core.v1.ServiceSpecArgs(
        selector=labels, ports=[k8s.core.v1.ServicePortArgs(port=80, target_port=8080)]
    ),
    opts=inside,
)
environment = [k8s.core.v1.EnvVarArgs(name="DATA_DIR", value="/data")]
mounts = [k8s.core.v1.VolumeMountArgs(name="data", mount_path="/data")]
k8s.apps.v1.Deployment(
    "deployment",
    metadata={"name": "hello-raw", "namespace": namespace.metadata.name},
    spec=k8s.apps.v1.DeploymentSpecArgs(
        replicas=3,
        selector=k8s.meta.v1.LabelSelectorArgs(match_labels=labels),
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels),
            spec=k8s.core.v1.PodSpecArgs(
                volumes=[
                    k8s.core.v1.VolumeArgs(
                        name="data", empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs()
                    )
                ],
                containers=[
                    k8s.core.v1.ContainerArgs(
                        name="web",
                        image=image.repo_digest,
                        env=environment,
                        volume_mounts=mounts,
                        readiness_probe=k8s.core.v1.ProbeArgs(
                            http_get=k8s.core.v1.HTTPGetActionArgs(
                                path="/healthz/ready", port=8080
                            ),
                            period_seconds=2,
                        ),
                    ),
                    k8s.core.v1.ContainerArgs(
                        name="data",
                        image=image.repo_digest,
                        command=["node", "data.js"],
                        env=environment,
                        volume_mounts=mounts,
                    ),
                ],
            ),
        ),
    ),
    opts=inside,
)
