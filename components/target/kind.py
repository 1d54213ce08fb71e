"""A cluster on this machine, made by kind, with a registry beside it."""

from collections.abc import Sequence
from typing import Any, Literal

import pulumi
import pulumi_kubernetes as kubernetes
from pydantic import Field, ValidationInfo, field_validator

from ..cluster import Cluster, ClusterArgs
from ..local.allocation import Allocation
from ..local.delivery import Delivery
from ..local.platform import this_platform
from ..model import Model, SettingsError
from ..names import Names
from ..objects import KubernetesObject
from ..production import too_few_nodes
from ..registry import Registry, RegistryArgs
from . import manifests
from .base import Target
from .exposure import Exposure
from .namespaces import NamespaceArgs

_NODE_PORT = 30080
"""Port on the control plane's node behind the application's port on this machine."""


class KindTargetArgs(Model):
    """`slipway:target` of a stack that runs on a local kind cluster."""

    product: Literal["kind"]
    """What makes the cluster."""

    cluster: ClusterArgs = ClusterArgs()
    """Nodes and Kubernetes version of the cluster."""

    registry: RegistryArgs = RegistryArgs()
    """The registry beside the cluster."""

    port: int | None = Field(default=None, ge=1024, le=65535)
    """Port of the application on this machine; the first free one from 8080 unless given."""

    namespaces: NamespaceArgs = NamespaceArgs()
    """Bounds of the namespaces that the stack makes."""

    @field_validator("registry", "port")
    @classmethod
    def _port_is_no_worker_s(cls, given: Any, info: ValidationInfo) -> Any:
        port = given.port if isinstance(given, RegistryArgs) else given
        cluster: ClusterArgs | None = info.data.get("cluster")
        if cluster and (port, "TCP") in [one.on_host for one in cluster.ports]:
            raise ValueError(
                f"port {port} leads to a worker already (`ports` of target.cluster.workers); give "
                "one of them another"
            )
        return given

    def exposure(self, application: str, url: pulumi.Input[str]) -> Exposure:
        """How an application is reached from outside: all of a stack have one address."""
        del application
        return Exposure("NodePort", node_port=_NODE_PORT, url=url)

    @property
    def pull_secrets(self) -> tuple[str, ...]:
        """Secrets with which the cluster pulls: none for the registry beside it."""
        return ()


class KindTarget(Target):
    """A local cluster and registry, which belong to the stack and go with it."""

    def __init__(
        self,
        name: str,
        args: KindTargetArgs,
        *,
        production: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "KindTarget",
            name,
            Names.of_stack(),
            opts,
            production=production,
            namespaces=args.namespaces,
        )
        self._args = args
        nodes = args.cluster
        if production and (told := too_few_nodes(len(nodes.control_planes), len(nodes.workers))):
            raise SettingsError("\n".join(told))
        self._exposed: str | None = None
        child = pulumi.ResourceOptions(parent=self)
        allocation = Allocation(
            f"{name}-allocation",
            names=self.names,
            application=args.port,
            registry=args.registry.port,
            reserved=[port.host for port in args.cluster.ports],
            opts=child,
        )
        self.registry = Registry(
            f"{name}-registry",
            args.registry,
            allocation=allocation,
            names=self.names,
            mirrors=self.mirrors,
            opts=child,
        )
        self.cluster = Cluster(
            f"{name}-cluster",
            args.cluster,
            allocation=allocation,
            registry=self.registry,
            names=self.names,
            mirrors=self.mirrors,
            node_port=_NODE_PORT,
            opts=child,
        )
        self.provider = kubernetes.Provider(
            f"{name}-kubernetes",
            kubeconfig=self.cluster.kubeconfig,
            enable_server_side_apply=True,
            opts=child,
        )
        self.kubeconfig = self.cluster.kubeconfig
        self.deleted_with = self.cluster.cluster
        hosting = KubernetesObject(
            f"{name}-registry-hosting",
            manifests.local_registry_hosting(self.registry.host, self.names),
            self.inside(parent=self),
        )
        self.platform = pulumi.Output.from_input(this_platform())
        self.ready = [self.cluster.nodes, hosting]
        self.context = self.cluster.context
        self.cluster_uid = self.cluster.uid
        self._url = pulumi.Output.concat("http://localhost:", allocation.application.apply(str))
        self.register_outputs({"context": self.context, "clusterUid": self.cluster_uid})

    def image_name(self, name: str) -> pulumi.Output[str]:
        return pulumi.Output.concat(self.registry.host, "/", name, ":", self.names.stack)

    def deliver(
        self, name: str, image: pulumi.Output[str] | None, reference: pulumi.Output[str]
    ) -> Sequence[pulumi.Resource]:
        inputs: dict[str, pulumi.Input[str]] = {
            "image": image or "",
            "reference": reference,
            "cluster": self.names.cluster,
            "registryContainer": self.registry.container_name,
            "registryHost": self.registry.host,
        }
        options = pulumi.ResourceOptions(parent=self, depends_on=[self.cluster.nodes])
        return (Delivery(f"{name}-delivery", inputs, options),)

    def exposure(self, application: str) -> Exposure:
        if self._exposed not in (None, application):
            raise SettingsError(
                f"{application}: {self._exposed} already has this kind cluster's one address on "
                "this machine; set `expose: false` and reach it with `make open`"
            )
        self._exposed = application
        return self._args.exposure(application, self._url)
