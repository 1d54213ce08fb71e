"""Programs for tests of deployments."""

from typing import Any

import pulumi

from components.k8s.objects import KubernetesObject


class Thing(pulumi.CustomResource):
    """A resource of some provider."""

    address: pulumi.Output[str]
    size: pulumi.Output[int]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **props: Any) -> None:
        super().__init__("cloud:index:Thing", name, {"address": None, **props}, opts)


class Group(pulumi.ComponentResource):
    """A component with one child."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("shop:index:Group", name, None, opts)
        self.thing = Thing(f"{name}-thing", pulumi.ResourceOptions(parent=self), size=1)
        self.register_outputs({"address": self.thing.address})


def manifest(kind: str, name: str | None = None, **rest: Any) -> dict[str, Any]:
    """Return a Kubernetes object."""
    version = {"Deployment": "apps/v1"}.get(kind, "v1")
    metadata = {"name": name} if name else {}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def workload(name: str = "web", **spec: Any) -> dict[str, Any]:
    """Return a Deployment."""
    pod = {"containers": [{"name": "web", "image": "registry.example/web:1"}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    selector = {"matchLabels": {"app": "web"}}
    return manifest("Deployment", name, spec={"selector": selector, "template": template, **spec})


def kubernetes(name: str, made: dict[str, Any], **options: Any) -> KubernetesObject:
    """Register a Kubernetes object."""
    return KubernetesObject(name, made, pulumi.ResourceOptions(**options))
