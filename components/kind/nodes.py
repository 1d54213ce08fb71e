"""KindNodes: the nodes of a kind cluster, running, ready, and able to pull from the registry."""

from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import DiffResult, ReadResult, Resource

from ..dynamic import REPLACED_BY_DELETION, DynamicProvider, Preflight, Properties, without
from ..machine.docker import require_engine
from ..registry.node_access import is_member, leave
from .addresses import moved
from .cluster import KindCluster
from .containers import KindContainers
from .inputs import KindNodesInputs, NodesSettings
from .node_changes import changed_workers, node_changes
from .preflight import check_nodes, check_volumes
from .reconcile import reconcile
from .roles import balancer_name, runs

if TYPE_CHECKING:
    from ..registry import Registry

_ADDRESSES = "addresses"


class KindNodesProvider(DynamicProvider[KindNodesInputs]):
    """Brings nodes to what is desired; `diff` compares them with what Docker has."""

    inputs = KindNodesInputs
    outputs = frozenset({_ADDRESSES})

    def preflight(self, olds: KindNodesInputs | None, news: KindNodesInputs) -> Preflight:
        containers = self._containers(news)
        current = containers.by_name()
        failures = [
            *check_nodes(self.runner, news, current),
            *check_volumes(containers.kubectl, news, current),
        ]
        return Preflight(failures=failures)

    def identify(self, news: KindNodesInputs) -> str:
        return f"{news.cluster}-nodes"

    def ensure(self, news: KindNodesInputs, olds: KindNodesInputs | None) -> Properties:
        require_engine(self.runner)
        return {_ADDRESSES: reconcile(self.runner, news, olds)}

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds, news = KindNodesInputs.parse(_olds), KindNodesInputs.parse(_news)
        for change in node_changes(olds, news, self._containers(news).by_name()):
            print(change, flush=True)  # Pulumi shows what a provider prints
        return super().diff(_id, _olds, _news)

    def is_current(self, news: KindNodesInputs, olds: KindNodesInputs) -> bool:
        current = self._containers(news).by_name()
        desired = [*news.all_named]
        if news.balancer_image:
            desired.append(balancer_name(news.cluster))
        return (
            all(map(runs, current.values()))
            and sorted(current) == sorted(desired)
            and not changed_workers(current, news)
            and is_member(self.runner, news.cluster, news.registry_container)
            and not moved([*current.values()], news.cluster, olds.addresses)
        )

    def read(self, id_: str, props: Properties) -> ReadResult:
        return ReadResult(id_, without(props))

    def remove(self, olds: KindNodesInputs) -> None:
        """Disconnect the registry from the cluster's network, so that that can be removed."""
        require_engine(self.runner)
        leave(self.runner, olds.cluster, olds.registry_container)

    def _containers(self, nodes: KindNodesInputs) -> KindContainers:
        return KindContainers(self.runner, nodes.cluster, nodes.mark)


class KindNodes(Resource, module="slipway", name="KindNodes"):
    """The nodes of a cluster, added, changed and removed in place.

    `settings` has the nodes and their mirrors, `mark` is that of the stack, and `host_port` of
    this machine leads to the node port. A cluster or a registry that was recreated brings its
    nodes along.
    """

    def __init__(
        self,
        name: str,
        settings: NodesSettings,
        *,
        cluster: KindCluster,
        registry: "Registry",
        host_port: pulumi.Input[int],
        mark: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            **settings.model_dump(by_alias=True),
            "uid": cluster.uid,
            "mark": mark,
            "balancerImage": cluster.balancer_in_use,
            "hostPort": host_port,
            "apiPort": cluster.api_port,
            "registryHost": registry.host,
            "registryId": registry.container_id,
            _ADDRESSES: None,
        }
        opts = pulumi.ResourceOptions.merge(opts, REPLACED_BY_DELETION)
        super().__init__(KindNodesProvider(), name, inputs, opts)
