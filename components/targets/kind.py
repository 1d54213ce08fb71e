"""A cluster on this machine, made by kind, with a registry beside it."""

from typing import Any, Literal

import pulumi
from pydantic import Field, ValidationInfo, field_validator

from ..allocation import Allocation
from ..kind import NODE_PORT, Cluster, ClusterArgs
from ..kind.node_versions import tagged_version
from ..registry import RegistryArgs
from ..settings.production import too_few_nodes
from .local import LocalCluster, LocalTarget, LocalTargetArgs
from .namespaces import NamespaceArgs


class KindTargetArgs(LocalTargetArgs):
    """`slipway:target` of a stack that runs on a local kind cluster."""

    product: Literal["kind"]
    """Product that makes the cluster."""

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
    def _no_worker_has_the_port(cls, value: Any, info: ValidationInfo) -> Any:
        port = value.port if isinstance(value, RegistryArgs) else value
        cluster: ClusterArgs | None = info.data.get("cluster")
        if cluster and (port, "TCP") in [each.on_host for each in cluster.ports]:
            raise ValueError(
                f"port {port} leads to a worker already (`ports` of target.cluster.workers); give "
                "one of them another"
            )
        return value

    def make(self, name: str, *, production: bool) -> "KindTarget":
        """Make the target of these settings."""
        return KindTarget(name, self, production=production)

    @property
    def node_port(self) -> int:
        """Port of the application on the nodes."""
        return NODE_PORT

    def too_few_nodes(self) -> list[str]:
        """Return why these nodes are refused in production, one line each."""
        keys = ("target.cluster.controlPlanes", "target.cluster.workers")
        return too_few_nodes(len(self.cluster.control_planes), len(self.cluster.workers), keys)


class KindTarget(LocalTarget[KindTargetArgs]):
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
            "KindTarget", name, args, opts, production=production, namespaces=args.namespaces
        )
        self.kubernetes_version = tagged_version(args.cluster.node_image)
        allocation = Allocation(
            f"{name}-allocation",
            cluster=self.names.cluster,
            application_port=args.port,
            registry=self.names.registry,
            registry_port=args.registry.port,
            reserved=[port.host for port in args.cluster.ports],
            opts=self._child,
        )
        self.registry = self._make_registry(args.registry, allocation)
        self.cluster = Cluster(
            f"{name}-cluster",
            args.cluster,
            registry=self.registry,
            allocation=allocation,
            opts=self._child,
        )
        self._use(
            LocalCluster(
                name=self.names.cluster,
                access=self.cluster.access,
                nodes=self.cluster.nodes,
                owned=self.cluster.cluster,
                address="this kind cluster's one address on this machine",
                url=self.cluster.url,
            )
        )
