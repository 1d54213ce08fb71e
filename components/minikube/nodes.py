"""MinikubeNodes: the nodes of a profile, running, ready, and able to pull from the registry."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult

from ..dynamic import LocalProvider, Properties, without, without_provider
from ..k8s import drain as draining
from ..k8s.kubeconfig import add_context
from ..machine import labels
from ..machine.docker import inspect, inspect_all, require_engine
from ..machine.runner import CommandError, LocalError, Runner
from ..registry import node_access as node_registry
from .cli import Minikube, Node
from .members import MinikubeCluster

_RUNNING = "running"


class MinikubeNodesProvider(LocalProvider):
    """Brings nodes to what they should be; `diff` asks the engine whether they are."""

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Say whether the nodes run; nothing if not, so that a preview does not know it."""
        running = {_RUNNING: True} if _run(self._containers(news["profile"])) else {}
        return CheckResult({**without(news, _RUNNING), **running}, [])

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(f"{props['profile']}-nodes", self._settle(props, {}))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changed = without_provider(_olds) != without_provider(_news)
        return DiffResult(changes=changed or not self._settled(_news))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        return UpdateResult(self._settle(_news, _olds))

    def read(self, id_: str, props: Properties) -> ReadResult:
        return ReadResult(id_, without_provider(props))

    def delete(self, _id: str, _props: Properties) -> None:
        """Take the registry off the profile's network, so that the network can be removed."""
        require_engine(self.runner)
        node_registry.leave(self.runner, _props["profile"], _props["registryContainer"])

    def _settled(self, props: Properties) -> bool:
        containers = self._containers(props["profile"])
        count = _count(props)
        member = node_registry.is_member(self.runner, props["profile"], props["registryContainer"])
        return _run(containers) and member and count in (None, len(containers))

    def _settle(self, props: Properties, olds: Properties) -> Properties:
        """Bring the nodes to what `props` say; the outputs."""
        require_engine(self.runner)
        minikube = Minikube(self.runner, props["profile"])
        cluster = MinikubeCluster(self.runner, minikube.profile, props["kubeconfig"])
        count, registry = _count(props), props["registryContainer"]
        if minikube.state() == "stopped":
            minikube.start()
            add_context(self.runner, props["kubeconfig"])  # `minikube stop` has removed it
        if count is not None:
            self._forget_broken(minikube, cluster)
        self._join_registry(props)
        for _ in range(len(self._nodes(minikube)), count or 0):
            minikube.add_node()
        nodes = self._nodes(minikube)

        def admit_registry(node: Node) -> None:
            node_registry.admit(self.runner, node.name, props["registryHost"], registry)
            node_registry.verify(self.runner, node.name, registry)

        with ThreadPoolExecutor() as pool:
            list(pool.map(admit_registry, nodes))
        cluster.wait_until_ready()
        for node in reversed(nodes[count:] if count is not None else ()):
            draining.drain(cluster.kubectl, node.name)
            minikube.delete_node(node.short)
        for member in cluster.members().values():
            draining.let_serve_on(cluster.kubectl, member)
        self._set_addons(minikube, props, olds)
        return {**without_provider(props), _RUNNING: True}

    def _forget_broken(self, minikube: Minikube, cluster: MinikubeCluster) -> None:
        """Remove workers that a killed run did not add, or did not remove, to the end."""
        members = cluster.members()
        for node in self._nodes(minikube)[1:]:
            if node.name not in members and not node.is_control_plane:
                try:
                    minikube.delete_node(node.short)
                except CommandError:
                    # It wants to ask a node that is not there, and has written it off already.
                    self._remove_container(node)

    def _remove_container(self, node: Node) -> None:
        for kind, options in (("container", ("--force", "--volumes")), ("volume", ("--force",))):
            if inspect(self.runner, kind, node.name) is not None:
                self.runner.run("docker", kind, "rm", *options, node.name)

    def _join_registry(self, props: Properties) -> None:
        name, container = props["profile"], props["registryContainer"]
        if node_registry.is_member(self.runner, name, container):
            return
        network = inspect(self.runner, "network", name)
        if network is None:
            raise LocalError(
                f"the minikube profile {name} has no container network {name} any more; "
                f"`minikube stop --profile {name}`, and the next `pulumi up` starts it with one"
            )
        address = node_registry.high_address(network)
        connect = ("docker", "network", "connect", "--ip", address, name, container)
        self.runner.run(*connect)

    def _set_addons(self, minikube: Minikube, props: Properties, olds: Properties) -> None:
        wanted, before = set(props["addons"]), set(olds.get("addons") or ())
        profile = minikube.look()
        enabled = profile.addons if profile else set[str]()
        for name in sorted(wanted - enabled):
            minikube.set_addon(name, enabled=True)
        for name in sorted((before - wanted) & enabled):
            minikube.set_addon(name, enabled=False)

    def _containers(self, profile: str) -> Sequence[dict[str, Any]]:
        return inspect_all(self.runner, labels.MINIKUBE, f"network={profile}")

    def _nodes(self, minikube: Minikube) -> tuple[Node, ...]:
        profile = minikube.look()
        if profile is None:
            raise LocalError(
                f"the minikube profile {minikube.profile} is gone; the next `pulumi up` makes it "
                "again"
            )
        return profile.nodes


def _count(props: Properties) -> int | None:
    """How many nodes there should be; None for those of an adopted profile, which are its own."""
    return None if props["adopted"] else int(props.get("nodes") or 1)


def _run(containers: Sequence[dict[str, Any]]) -> bool:
    """Whether there are containers, and all of them run."""
    return bool(containers) and all(one["State"]["Running"] for one in containers)


class MinikubeNodes(Resource, module="slipway", name="MinikubeNodes"):
    """The nodes of a profile. Workers are added and removed in place, addons too.

    Inputs: profile, uid, kubeconfig, adopted, nodes (their number, if given), addons,
    registryHost, registryContainer and registryId. The UID and the registry's id are there so
    that a profile or a registry that was made anew brings its nodes along.
    """

    running: pulumi.Output[bool]
    """True; not known in the preview of an update that is to start nodes."""

    def __init__(
        self, name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(MinikubeNodesProvider(), name, {**inputs, _RUNNING: None}, opts)
