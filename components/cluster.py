"""Cluster: a local Kubernetes cluster, made by kind."""

import re
from typing import Annotated, Any, Literal, cast

import pulumi
from pydantic import BeforeValidator, Field, field_validator

from .local.allocation import Allocation
from .local.kind_cluster import KindCluster
from .local.kind_nodes import KindNodes
from .mirrors import Mirrors
from .model import Model
from .names import Names
from .registry import Registry
from .versions import refusal

_MOST_WORKERS = 20
_ZONE = "topology.kubernetes.io/zone"


class WorkerArgs(Model):
    """One worker of a local cluster; all of it can change in place."""

    labels: dict[str, str] = Field(default_factory=dict, examples=[{"disk": "fast"}])
    """Labels of the node."""

    taints: list[str] = Field(default_factory=list, examples=[["team=a:NoSchedule"]])
    """Taints of the node, as kubectl writes them: `key=value:Effect`."""

    zone: str | None = Field(default=None, examples=["a"])
    """Zone of the node: its label `topology.kubernetes.io/zone`."""

    @field_validator("taints")
    @classmethod
    def _taints_are_whole(cls, taints: list[str]) -> list[str]:
        for taint in taints:
            if not re.fullmatch(r"[^=:]+=[^=:]*:(NoSchedule|PreferNoSchedule|NoExecute)", taint):
                raise ValueError(
                    f"{taint!r} is no taint; one is key=value:Effect, and the effect NoSchedule, "
                    "PreferNoSchedule or NoExecute"
                )
        return taints

    @property
    def all_labels(self) -> dict[str, str]:
        """The labels, that of the zone among them."""
        zone = {} if self.zone is None else {_ZONE: self.zone}
        return {**self.labels, **zone}


def _each(workers: Any) -> Any:
    """The workers one by one, where only their number is given."""
    if isinstance(workers, list):
        return cast("list[Any]", workers)
    try:
        number = int(str(workers))
    except ValueError:
        raise ValueError("a valid integer, or a list of workers") from None
    if not 0 <= number <= _MOST_WORKERS:
        raise ValueError(f"greater than or equal to 0, and less than or equal to {_MOST_WORKERS}")
    return [WorkerArgs() for _ in range(number)]


class ClusterArgs(Model):
    """The nodes of a local cluster."""

    control_planes: int = Field(default=1, ge=1, le=5)
    """Number of control-plane nodes; an odd one, as etcd needs a majority. Several stand behind a
    load balancer, and are added and removed in place."""

    ha: Literal["ready"] | None = None
    """`ready` puts one control plane behind a load balancer too, so that there can be more later
    without a new cluster."""

    workers: Annotated[
        list[WorkerArgs], BeforeValidator(_each, json_schema_input_type=int | list[WorkerArgs])
    ] = Field(default_factory=lambda: _each(2), examples=[2])
    """Worker nodes, by number or one by one with `labels`, `taints` and `zone`; added, changed and
    removed in place. Without any, the control planes run the applications."""

    replace_cluster: bool = False
    """Whether a change that makes the cluster anew, with everything on it lost, is allowed."""

    image: str = "docker.io/kindest/node:v1.35.0"
    """Node image; it decides the Kubernetes version."""

    balancer_image: str = "docker.io/kindest/haproxy:v20251211-v0.29.0-alpha-100-g82a92c5d"
    """Image of the load balancer before several control planes: HAProxy, as kind 0.31 has it."""

    @property
    def balanced(self) -> bool:
        """Whether a load balancer stands before the control planes."""
        return self.ha == "ready" or self.control_planes > 1

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
        balancer = mirrors.resolve(args.balancer_image)
        self.cluster = cluster = KindCluster(
            f"{name}-kind",
            {
                "name": names.cluster,
                "image": mirrors.resolve(args.image),
                "balanced": args.balanced,
                "balancerImage": balancer,
                "workers": len(args.workers),
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
                "controlPlanes": [{"labels": {}, "taints": []}] * args.control_planes,
                "workers": [
                    {"labels": worker.all_labels, "taints": worker.taints}
                    for worker in args.workers
                ],
                "balancerImage": cluster.balanced.apply(lambda is_: balancer if is_ else ""),
                "hostPort": allocation.application,
                "nodePort": node_port,
                "apiPort": cluster.api_port,
                "registryHost": registry.host,
                "registryContainer": registry.container_name,
                "registryId": registry.container_id,
            },
            opts=child,
        )
        self.register_outputs({"context": self.context, "uid": self.uid})
