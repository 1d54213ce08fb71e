"""The inputs of KindCluster and KindNodes, parsed where they enter their providers."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ..dynamic import Inputs
from .roles import Role, node_names


class NodeInputs(Inputs):
    """A node; all of this changes in place."""

    labels: dict[str, str] = Field(default_factory=dict[str, str])
    taints: list[str] = Field(default_factory=list[str])
    """As kubectl writes them: `key=value:Effect`."""


class MountInputs(Inputs):
    """A folder or file of this machine in a worker."""

    host: str
    container: str
    read_only: bool


class PortInputs(Inputs):
    """A port of 127.0.0.1 that leads to a worker."""

    host: int
    container: int
    protocol: str
    """TCP or UDP."""


class WorkerInputs(NodeInputs):
    """A worker; a change of its mounts and ports recreates its container."""

    mounts: list[MountInputs] = Field(default_factory=list[MountInputs])
    ports: list[PortInputs] = Field(default_factory=list[PortInputs])


def _listed(nodes: Any) -> Any:
    # States of earlier versions have their number.
    return [dict[str, Any]()] * int(nodes) if isinstance(nodes, int | float) else nodes


class ClusterNodes(Inputs):
    """The nodes that a cluster should have."""

    cluster: str
    """Name of the cluster."""

    control_planes: Annotated[list[NodeInputs], BeforeValidator(_listed)] = Field(
        default_factory=list[NodeInputs]
    )
    workers: Annotated[list[WorkerInputs], BeforeValidator(_listed)] = Field(
        default_factory=list[WorkerInputs]
    )

    def of(self, role: Role) -> Sequence[NodeInputs]:
        """Return the nodes of a role."""
        return self.control_planes if role is Role.CONTROL_PLANE else self.workers

    def count(self, role: Role) -> int:
        """Return the number of nodes of a role."""
        return len(self.of(role))

    def named(self, role: Role) -> Mapping[str, NodeInputs]:
        """Return the nodes of a role by their names."""
        return dict(zip(node_names(self.cluster, role, self.count(role)), self.of(role),
                        strict=True))  # fmt: skip

    @property
    def named_workers(self) -> Mapping[str, WorkerInputs]:
        """The workers by their names."""
        return dict(zip(self.named(Role.WORKER), self.workers, strict=True))

    @property
    def all_named(self) -> Mapping[str, NodeInputs]:
        """All nodes by their names, control planes first."""
        return {name: node for role in Role for name, node in self.named(role).items()}


class ClusterSettings(ClusterNodes):
    """Inputs of KindCluster that a program knows before anything is made."""

    cluster: str = Field(alias="name")
    """Name of the cluster, and of its container network."""

    image: str
    """Node image."""

    version: str | None = None
    """Kubernetes version that the image must have; any supported one unless given."""

    balanced: bool = False
    """True where a load balancer stands before the control planes."""

    balancer_image: str = ""
    pod_subnet: str = "10.244.0.0/16"
    service_subnet: str = "10.96.0.0/16"
    kube_proxy_mode: str = "iptables"
    feature_gates: dict[str, bool] = Field(default_factory=dict[str, bool])
    node_port: int
    """Port of the application on the nodes."""

    registry: str
    """Name of the registry's container."""

    replace: bool = False
    """Allows a change that recreates the cluster."""


_IMMUTABLE = {
    *("cluster", "image", "balanced", "host_port", "node_port", "registry", "mark"),
    *("pod_subnet", "service_subnet", "kube_proxy_mode", "feature_gates"),
}


class KindClusterInputs(ClusterSettings):
    """The inputs of KindCluster, and of its outputs those that it needs. The defaults are what kind
    does by itself, and what a cluster has whose state is of an earlier version."""

    host_port: int
    """Port of this machine that leads to `node_port`."""

    mark: str
    """Mark of the stack, on the cluster's container network."""

    kubeconfig: str = ""
    uid: str | None = None
    """UID of a cluster that exists; the check fills it in with the way to the cluster."""

    @property
    def immutable(self) -> dict[str, Any]:
        """Properties that never change in a cluster, by their names."""
        return self.model_dump(by_alias=True, include=_IMMUTABLE, warnings=False)


class NodesSettings(ClusterNodes):
    """Inputs of KindNodes that a program knows before anything is made."""

    mirrors: dict[str, list[str]] = Field(default_factory=dict[str, list[str]])
    """URLs of the mirrors of each registry host."""

    node_port: int
    registry_container: str


class KindNodesInputs(NodesSettings):
    """The inputs of KindNodes, and the addresses that it keeps."""

    uid: str
    """UID of the cluster: a cluster that was recreated brings its nodes along."""

    mark: str
    balancer_image: str = ""
    """Image of the load balancer; empty for a cluster without one."""

    host_port: int
    api_port: int | None = None
    """Port of this machine that leads to the API."""

    registry_host: str
    registry_id: str
    """Id of the registry's container: one that was recreated is connected again."""

    addresses: dict[str, str] = Field(default_factory=dict[str, str])
    """The nodes' addresses by name, of a replicated control plane."""
