"""A cluster on this machine, made by kind, with a registry beside it."""

from typing import Any, Literal

import pulumi
from pydantic import Field, ValidationInfo, field_validator

from ..allocation import Allocation
from ..k8s.access import ClusterAccess
from ..kind import Cluster, ClusterArgs
from ..registry import RegistryArgs
from ..settings.production import too_few_nodes
from .local import LocalCluster, LocalTarget, LocalTargetArgs
from .namespaces import NamespaceArgs

_NODE_PORT = 30080
"""Port on the control plane's node behind the application's port on this machine."""


class KindTargetArgs(LocalTargetArgs):
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

    def make(self, name: str, *, production: bool) -> "KindTarget":
        """Make the target of these settings."""
        return KindTarget(name, self, production=production)

    @property
    def node_port(self) -> int:
        """Port of the application on the nodes."""
        return _NODE_PORT

    def too_few_nodes(self) -> list[str]:
        """Why these nodes are refused in production, one line each."""
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
        allocation = Allocation(
            f"{name}-allocation",
            names=self.names,
            application=args.port,
            registry=args.registry.port,
            reserved=[port.host for port in args.cluster.ports],
            opts=self._child,
        )
        self.registry = self._make_registry(args.registry, allocation)
        self.cluster = Cluster(
            f"{name}-cluster",
            args.cluster,
            port=allocation.application,
            mark=allocation.mark,
            registry=self.registry,
            names=self.names,
            mirrors=self.mirrors,
            node_port=_NODE_PORT,
            opts=self._child,
        )
        self._use(
            LocalCluster(
                name=self.names.cluster,
                access=ClusterAccess(
                    self.cluster.kubeconfig, self.cluster.context, self.cluster.uid
                ),
                nodes=self.cluster.nodes,
                owned=self.cluster.cluster,
                address="this kind cluster's one address on this machine",
                url=pulumi.Output.concat("http://localhost:", allocation.application.apply(str)),
            )
        )
