"""Types of Cluster's keywords; `python -m stacks.keyword_types` generates this file."""

from collections.abc import Mapping, Sequence
from typing import Literal, Required, TypedDict

from .node_args import ControlPlaneArgs, MountArgs, PortArgs, WorkerArgs


class NodeArgsDict(TypedDict, total=False):
    labels: Mapping[str, str]
    taints: list[str]
    zone: str | None


class ControlPlaneArgsDict(NodeArgsDict, total=False):
    pass


class MountArgsDict(TypedDict, total=False):
    host: Required[str]
    container: Required[str]
    read_only: bool


class PortArgsDict(TypedDict, total=False):
    host: Required[int]
    container: Required[int]
    protocol: Literal["TCP", "UDP"]


class WorkerArgsDict(NodeArgsDict, total=False):
    mounts: Sequence[MountArgs | MountArgsDict]
    ports: Sequence[PortArgs | PortArgsDict]


class ClusterKeywords(TypedDict, total=False):
    control_planes: int | Sequence[ControlPlaneArgs | ControlPlaneArgsDict]
    ha: Literal["ready"] | None
    workers: int | Sequence[WorkerArgs | WorkerArgsDict]
    replace_cluster: bool
    kubernetes_version: str | None
    image: str | None
    balancer_image: str
    service_subnet: str
    pod_subnet: str
    kube_proxy_mode: Literal["iptables", "nftables", "ipvs"]
    feature_gates: Mapping[str, bool]
    mirrors: Mapping[str, str | list[str]]
