"""Cluster: a local Kubernetes cluster, made by kind."""

import re

import pulumi
from pydantic import Field, field_validator

from .local.allocation import Allocation
from .local.kind_cluster import KindCluster
from .local.kind_nodes import KindNodes
from .mirrors import Mirrors
from .model import Model
from .names import Names
from .registry import Registry
from .versions import refusal


class ClusterArgs(Model):
    """The nodes of a local cluster."""

    control_planes: int = Field(default=1, ge=1, le=5)
    """Number of control-plane nodes; an odd one, as etcd needs a majority."""

    workers: int = Field(default=2, ge=0, le=20)
    """Number of worker nodes; without any, the control planes run the applications."""

    replace_cluster: bool = False
    """Whether a change that makes the cluster anew, with everything on it lost, is allowed."""

    image: str = "docker.io/kindest/node:v1.35.0"
    """Node image; it decides the Kubernetes version."""

    @field_validator("control_planes")
    @classmethod
    def _etcd_has_a_majority(cls, number: int) -> int:
        if number % 2 == 0:
            raise ValueError(
                "an odd number, as with an even one etcd outlives no more failures: "
                f"{number - 1} or {number + 1}"
            )
        return number

    @field_validator("image")
    @classmethod
    def _version_is_supported(cls, image: str) -> str:
        tagged = re.search(r":(v\d+\.\d+[^@]*)", image)
        if tagged and (told := refusal(tagged[1])):
            raise ValueError(told)
        return image


class Cluster(pulumi.ComponentResource):
    """A local cluster whose kubeconfig and UID come from the machine it runs on.

    Two resources, so that a change of the nodes leaves the kubeconfig known in a preview: the
    cluster itself, on which the Kubernetes provider depends, and its nodes.
    """

    kubeconfig: pulumi.Output[str]
    """Kubeconfig with this cluster alone, credentials inline; a secret."""

    context: pulumi.Output[str]
    uid: pulumi.Output[str]

    cluster: KindCluster
    """The cluster as such; what is inside goes with it."""

    nodes: KindNodes
    """The nodes, ready and with access to the registry."""

    def __init__(
        self,
        name: str,
        args: ClusterArgs,
        *,
        allocation: Allocation,
        registry: Registry,
        names: Names,
        mirrors: Mirrors,
        node_port: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:index:Cluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.cluster = cluster = KindCluster(
            f"{name}-kind",
            {
                "name": names.cluster,
                "image": mirrors.resolve(args.image),
                "controlPlanes": args.control_planes,
                "workers": args.workers,
                "hostPort": allocation.application,
                "nodePort": node_port,
                "registry": names.registry,
                "mark": allocation.mark,
                "replace": args.replace_cluster,
            },
            opts=child,
        )
        self.kubeconfig = cluster.kubeconfig
        self.context = cluster.context
        self.uid = cluster.uid
        self.nodes = KindNodes(
            f"{name}-nodes",
            {
                "cluster": names.cluster,
                "uid": cluster.uid,
                "mark": allocation.mark,
                "workers": args.workers,
                "registryHost": registry.host,
                "registryContainer": registry.container_name,
                "registryId": registry.container_id,
            },
            opts=child,
        )
        self.register_outputs({"context": self.context, "uid": self.uid})
