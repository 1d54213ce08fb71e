"""Cluster: a local Kubernetes cluster, made by kind."""

from typing import Any, Unpack

import pulumi

from ..allocation import Allocation
from ..k8s.access import ClusterAccess
from ..names import Names
from ..registry import Registry
from ..registry.mirror_map import Mirrors
from ..settings.model import SettingsError
from .args import ClusterArgs
from .cluster import KindCluster
from .inputs import (
    ClusterSettings,
    MountInputs,
    NodeInputs,
    NodesSettings,
    PortInputs,
    WorkerInputs,
)
from .keywords import ClusterKeywords
from .node_args import NodeArgs
from .node_versions import is_another, tagged_version
from .nodes import KindNodes

__all__ = ["NODE_PORT", "Cluster", "ClusterArgs", "ClusterKeywords"]

NODE_PORT = 30080
"""Port of every node behind the port of this machine."""


class Cluster(pulumi.ComponentResource):
    """A local cluster whose kubeconfig and UID come from the machine it runs on.

    Two resources, so that a change of the nodes leaves the kubeconfig known in a preview: the
    cluster itself, on which the Kubernetes provider depends, and its nodes. The settings come as
    `args`, or as keywords named like the fields of ClusterArgs; names are those of the stack. Its
    nodes pull from `registry`. `port` of this machine, the first free one from 8080 unless given,
    leads to port 30080 of the nodes: give it to a Service as its `nodePort`. Raises SettingsError
    for settings that do not validate.
    """

    access: ClusterAccess
    """Kubeconfig, context and UID."""

    url: pulumi.Output[str]
    """URL of the Service with that `nodePort`, e.g. `http://localhost:8080`."""

    cluster: KindCluster
    """The cluster as such; what is inside goes with it."""

    nodes: KindNodes
    """The nodes, ready and with access to the registry."""

    def __init__(
        self,
        name: str,
        args: ClusterArgs | None = None,
        *,
        registry: Registry,
        port: int | None = None,
        allocation: Allocation | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **settings: Unpack[ClusterKeywords],
    ) -> None:
        super().__init__("slipway:index:Cluster", name, None, opts)
        where = f'Cluster("{name}")'
        args = ClusterArgs.given(args, settings, where)
        child = pulumi.ResourceOptions(parent=self)
        names = Names.of_stack()
        allocation = allocation or Allocation(
            f"{name}-allocation",
            cluster=names.cluster,
            application_port=port,
            reserved=[port.host for port in args.ports],
            others=[registry.port],
            mark=registry.mark,
            opts=child,
        )
        self.cluster = cluster = KindCluster(
            f"{name}-kind",
            _cluster_settings(args, names, where),
            host_port=allocation.application,
            mark=allocation.mark,
            opts=child,
        )
        self.nodes = KindNodes(
            f"{name}-nodes",
            NodesSettings(
                cluster=names.cluster,
                control_planes=_control_planes(args),
                workers=_workers(args),
                mirrors=args.mirrors,
                node_port=NODE_PORT,
                registry_container=registry.container_name,
            ),
            cluster=cluster,
            registry=registry,
            host_port=allocation.application,
            mark=allocation.mark,
            opts=child,
        )
        self.access = ClusterAccess(cluster.kubeconfig, cluster.context, cluster.uid)
        self.url = pulumi.Output.concat("http://localhost:", allocation.application.apply(str))
        self.register_outputs({"context": self.access.context, "uid": self.access.uid})

    @property
    def kubeconfig(self) -> pulumi.Output[str]:
        """Kubeconfig with this cluster alone, credentials inline; a secret."""
        return self.access.kubeconfig

    @property
    def context(self) -> pulumi.Output[str]:
        """Name of the cluster's kubeconfig context."""
        return self.access.context

    @property
    def uid(self) -> pulumi.Output[str]:
        """UID of the namespace kube-system, which no two clusters share."""
        return self.access.uid


def _cluster_settings(args: ClusterArgs, names: Names, where: str) -> ClusterSettings:
    mirrors = Mirrors.load()
    return ClusterSettings(
        name=names.cluster,
        image=_node_image(args, mirrors, where),
        version=args.kubernetes_version,
        balanced=args.balanced,
        balancer_image=mirrors.resolve(args.balancer_image),
        control_planes=_control_planes(args),
        workers=_workers(args),
        pod_subnet=args.pod_subnet,
        service_subnet=args.service_subnet,
        kube_proxy_mode=args.kube_proxy_mode,
        feature_gates=args.feature_gates,
        node_port=NODE_PORT,
        registry=names.registry,
        replace=args.replace_cluster,
    )


def _control_planes(args: ClusterArgs) -> list[NodeInputs]:
    return [NodeInputs(**_labels_and_taints(node)) for node in args.control_planes]


def _workers(args: ClusterArgs) -> list[WorkerInputs]:
    return [
        WorkerInputs(
            **_labels_and_taints(node),
            mounts=[MountInputs(**dict(mount)) for mount in node.mounts],
            ports=[PortInputs(**dict(port)) for port in node.ports],
        )
        for node in args.workers
    ]


def _labels_and_taints(node: NodeArgs) -> dict[str, Any]:
    return {"labels": node.all_labels, "taints": node.taints}


def _node_image(args: ClusterArgs, mirrors: Mirrors, where: str) -> str:
    """Return the reference from which this machine has the node image.

    Raises SettingsError where the mirror map has an image of another version.
    """
    image = mirrors.resolve(args.node_image)
    version = tagged_version(image)
    if version and is_another(version, args.kubernetes_version):
        raise SettingsError(
            f"{where}: kubernetesVersion: {args.kubernetes_version} is not accepted: the mirror "
            f"map of this machine has {image} for {args.node_image}; set it to "
            f"{version.removeprefix('v')}, or map another image (`make doctor` shows the map)"
        )
    return image
