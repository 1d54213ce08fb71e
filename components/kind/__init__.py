"""Cluster: a local Kubernetes cluster, made by kind."""

from typing import Any

import pulumi

from ..names import Names
from ..registry import Registry
from ..registry.mirror_map import Mirrors
from ..settings.model import SettingsError
from .args import ClusterArgs, another, tagged_version
from .cluster import KindCluster
from .node_args import NodeArgs, WorkerArgs
from .nodes import KindNodes


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
        port: pulumi.Input[int],
        mark: pulumi.Input[str],
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
                "image": _node_image(args, mirrors),
                "version": args.kubernetes_version,
                "balanced": args.balanced,
                "balancerImage": balancer,
                "controlPlanes": len(args.control_planes),
                "workers": [_fittings(worker) for worker in args.workers],
                "podSubnet": args.pod_subnet,
                "serviceSubnet": args.service_subnet,
                "kubeProxyMode": args.kube_proxy_mode,
                "featureGates": args.feature_gates,
                "hostPort": port,
                "nodePort": node_port,
                "registry": names.registry,
                "mark": mark,
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
                "mark": mark,
                "controlPlanes": [_marks(node) for node in args.control_planes],
                "workers": [{**_marks(node), **_fittings(node)} for node in args.workers],
                "mirrors": args.mirrors,
                "balancerImage": cluster.balanced.apply(lambda is_: balancer if is_ else ""),
                "hostPort": port,
                "nodePort": node_port,
                "apiPort": cluster.api_port,
                "registryHost": registry.host,
                "registryContainer": registry.container_name,
                "registryId": registry.container_id,
            },
            opts=child,
        )
        self.register_outputs({"context": self.context, "uid": self.uid})


def _marks(node: NodeArgs) -> dict[str, Any]:
    """What of a node changes in place."""
    return {"labels": node.all_labels, "taints": node.taints}


def _fittings(worker: WorkerArgs) -> dict[str, Any]:
    """What of a worker makes its container anew."""
    return {
        key: [one.model_dump(by_alias=True) for one in fittings]
        for key, fittings in (("mounts", worker.mounts), ("ports", worker.ports))
    }


def _node_image(args: ClusterArgs, mirrors: Mirrors) -> str:
    """Where this machine has the node image from.

    Raises SettingsError where the mirror map leads to one of another version than is asked for.
    """
    image = mirrors.resolve(args.node_image)
    version = tagged_version(image)
    if version and another(version, args.kubernetes_version):
        raise SettingsError(
            f"target.cluster.kubernetesVersion: {args.kubernetes_version} is not accepted: the "
            f"mirror map of this machine has {image} for {args.node_image}; ask for "
            f"{version.removeprefix('v')}, or map another image (`make doctor` shows the map)"
        )
    return image
