"""MinikubeNodes: the nodes of a profile, running, ready, and able to pull from the registry."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import CheckFailure, ReadResult, Resource

from ..dynamic import REPLACED_BY_DELETION, DynamicProvider, Preflight, Properties
from ..k8s import drain as draining
from ..k8s.kubeconfig import add_context
from ..machine import labels
from ..machine.docker import inspect, inspect_all, require_engine
from ..machine.runner import CommandError, LocalError
from ..registry import node_access
from ..registry.containerd_hosts import registry_files, write_files
from .cli import Minikube, Node
from .inputs import MinikubeNodesInputs, NodesSettings
from .members import MinikubeCluster
from .profile import MinikubeProfile

if TYPE_CHECKING:
    from ..registry import Registry

_RUNNING = "running"


class MinikubeNodesProvider(DynamicProvider[MinikubeNodesInputs]):
    """Reconciles the nodes with their inputs; `diff` asks Docker for their state."""

    inputs = MinikubeNodesInputs
    outputs = frozenset({_RUNNING})
    secret_inputs = frozenset({"kubeconfig"})

    def preflight(self, olds: MinikubeNodesInputs | None, news: MinikubeNodesInputs) -> Preflight:
        """Fill in that the nodes run; nothing if they do not, so that a preview cannot know it."""
        del olds
        containers = self._containers(news.profile)
        if not _all_run(containers):
            return Preflight()
        failures = [CheckFailure("nodes", each) for each in self._lost(news, len(containers))]
        return Preflight({_RUNNING: True}, failures)

    def identify(self, news: MinikubeNodesInputs) -> str:
        return f"{news.profile}-nodes"

    def is_current(self, news: MinikubeNodesInputs, olds: MinikubeNodesInputs) -> bool:
        del olds
        containers = self._containers(news.profile)
        member = node_access.is_member(self.runner, news.profile, news.registry_container)
        return _all_run(containers) and member and news.count in (None, len(containers))

    def ensure(self, news: MinikubeNodesInputs, olds: MinikubeNodesInputs | None) -> Properties:
        require_engine(self.runner)
        minikube = Minikube(self.runner, news.profile, news.registry_container)
        kubeconfig = news.kubeconfig
        if minikube.state() == "stopped":
            minikube.start()
            kubeconfig = minikube.kubeconfig()  # its address may be another one now
            add_context(self.runner, kubeconfig)
        cluster = MinikubeCluster(self.runner, news.profile, kubeconfig)
        if news.count is not None:
            self._remove_broken(minikube, cluster)
        self._join_registry(news)
        for _ in range(len(self._nodes(minikube)), news.count or 0):
            minikube.add_node()
        nodes = self._nodes(minikube)
        self._configure_registry(news, nodes)
        cluster.wait_until_ready()
        for node in reversed(nodes[news.count :] if news.count is not None else ()):
            cluster.drain(node.name)
            minikube.delete_node(node.short)
        for member in cluster.members().values():
            draining.let_serve_on(cluster.kubectl, member)
        self._set_addons(minikube, news.addons, olds.addons if olds else [])
        return {_RUNNING: True}

    def read(self, id_: str, props: Properties) -> ReadResult:
        return ReadResult(id_, self.kept(props))

    def remove(self, olds: MinikubeNodesInputs) -> None:
        """Take the registry off the profile's network, so that the network can be removed."""
        require_engine(self.runner)
        node_access.leave(self.runner, olds.profile, olds.registry_container)

    def _lost(self, news: MinikubeNodesInputs, current: int) -> list[str]:
        """Return why nodes cannot be removed: of what applications have stored there."""
        if pulumi.contains_unknowns([news.uid, news.adopted, news.kubeconfig]):
            return []  # the profile is made or recreated, or its way is not known yet
        if news.count is None or current <= news.count:
            return []
        try:
            nodes = self._nodes(Minikube(self.runner, news.profile))
            leaving = [node.name for node in nodes[news.count :]]
            return MinikubeCluster(self.runner, news.profile, news.kubeconfig).volumes_lost(leaving)
        except LocalError:
            return []  # it does not answer; checked again before a node is drained

    def _remove_broken(self, minikube: Minikube, cluster: MinikubeCluster) -> None:
        """Remove workers that a killed run did not add, or did not remove, to the end.

        Raises LocalError for one with data, as after `kubectl delete node`.
        """
        members = cluster.members()
        workers = [node for node in self._nodes(minikube)[1:] if not node.is_control_plane]
        broken = [node for node in workers if node.name not in members]
        cluster.require_none_lost([node.name for node in broken])
        for node in broken:
            try:
                minikube.delete_node(node.short)
            except CommandError:
                # minikube needs the missing node's answer, and has dropped it already.
                self._remove_container(node)

    def _remove_container(self, node: Node) -> None:
        for kind, options in (("container", ("--force", "--volumes")), ("volume", ("--force",))):
            if inspect(self.runner, kind, node.name) is not None:
                self.runner.run("docker", kind, "rm", *options, node.name)

    def _join_registry(self, news: MinikubeNodesInputs) -> None:
        name, container = news.profile, news.registry_container
        if node_access.is_member(self.runner, name, container):
            return
        network = inspect(self.runner, "network", name)
        if network is None:
            raise LocalError(
                f"the minikube profile {name} has no container network {name} any more",
                next_step=f"`minikube stop --profile {name}`, then `pulumi up`, which adds one",
            )
        address = node_access.high_address(network)
        self.runner.run("docker", "network", "connect", "--ip", address, name, container)

    def _configure_registry(self, news: MinikubeNodesInputs, nodes: Sequence[Node]) -> None:
        files = registry_files(news.registry_host, news.registry_container)

        def configure(node: Node) -> None:
            write_files(self.runner, node.name, files)
            node_access.verify(self.runner, node.name, news.registry_container)

        with ThreadPoolExecutor() as pool:
            list(pool.map(configure, nodes))

    def _set_addons(
        self, minikube: Minikube, desired: Sequence[str], previous: Sequence[str]
    ) -> None:
        profile = minikube.get()
        enabled = profile.addons if profile else set[str]()
        for name in sorted({*desired} - enabled):
            minikube.set_addon(name, enabled=True)
        for name in sorted(({*previous} - {*desired}) & enabled):
            minikube.set_addon(name, enabled=False)

    def _containers(self, profile: str) -> Sequence[dict[str, Any]]:
        return inspect_all(self.runner, labels.MINIKUBE, f"network={profile}")

    def _nodes(self, minikube: Minikube) -> tuple[Node, ...]:
        profile = minikube.get()
        if profile is None:
            raise LocalError(
                f"the minikube profile {minikube.profile} is missing",
                next_step="`pulumi up` recreates it",
            )
        return profile.nodes


def _all_run(containers: Sequence[dict[str, Any]]) -> bool:
    """Return whether containers exist, and all of them run."""
    return bool(containers) and all(each["State"]["Running"] for each in containers)


class MinikubeNodes(Resource, module="slipway", name="MinikubeNodes"):
    """The nodes of a profile, and their access to the registry.

    Workers are added and removed in place, addons too.
    """

    running: pulumi.Output[bool]
    """True; not known in the preview of an update that is to start nodes."""

    def __init__(
        self,
        name: str,
        settings: NodesSettings,
        *,
        profile: MinikubeProfile,
        registry: "Registry",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        inputs: dict[str, Any] = {
            **settings.model_dump(by_alias=True),
            "uid": profile.id,
            "kubeconfig": profile.kubeconfig,
            "adopted": profile.adopted,
            "registryHost": registry.host,
            "registryContainer": registry.container_name,
            "registryId": registry.container_id,
            _RUNNING: None,
        }
        opts = pulumi.ResourceOptions.merge(opts, secret)
        opts = pulumi.ResourceOptions.merge(opts, REPLACED_BY_DELETION)
        super().__init__(MinikubeNodesProvider(), name, inputs, opts)
