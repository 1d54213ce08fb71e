"""KindNodes: the nodes of a kind cluster, running, ready, and able to pull from the registry."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult

from ..dynamic import LocalProvider, Properties, without, without_provider
from ..machine.docker import inspect, require_engine
from ..machine.runner import Runner
from ..registry import node_access as node_registry
from .addresses import BALANCER, REGISTRY, addresses, moved, reserved, restore
from .containers import (
    CONTROL_PLANE,
    WORKER,
    Container,
    KindContainers,
    name_of,
    node_names,
    role_of,
    runs,
)
from .kube_proxy import wait_for_proxies
from .load_balancer import KindBalancer
from .members import KindMembers
from .mounts_and_ports import at_odds, docker_options
from .node_changes import node_changes
from .preflight import node_refusals, volume_refusals
from .registries import admit_registries

_ADDRESSES = "addresses"
_COUNTED = ((CONTROL_PLANE, "controlPlanes"), (WORKER, "workers"))
"""The roles of nodes, and the inputs that list the nodes of each."""


class KindNodesProvider(LocalProvider):
    """Brings nodes to what they should be; `diff` asks the engine whether they are."""

    runner = Runner()

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(f"{props['cluster']}-nodes", self._settle(props, {}))

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        containers = KindContainers(self.runner, news["cluster"], news["mark"])
        there = _by_name(containers)
        refused = [
            *node_refusals(self.runner, news, there),
            *volume_refusals(containers.kubectl, news, there),
        ]
        return CheckResult(news, refused)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        there = _by_name(KindContainers(self.runner, _news["cluster"], _news["mark"]))
        for change in node_changes(_news["cluster"], _olds, _news, there):
            print(change, flush=True)  # the engine shows what a provider prints
        changed = without(_olds, _ADDRESSES) != without(_news, _ADDRESSES)
        return DiffResult(changes=changed or not self._settled(_news, _olds))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        return UpdateResult(self._settle(_news, _olds))

    def read(self, id_: str, props: Properties) -> ReadResult:
        return ReadResult(id_, without_provider(props))

    def delete(self, _id: str, _props: Properties) -> None:
        """Take the registry off the cluster's network, so that the network can be removed."""
        require_engine(self.runner)
        node_registry.leave(self.runner, _props["cluster"], _props["registryContainer"])

    def _settled(self, props: Properties, olds: Properties) -> bool:
        cluster = props["cluster"]
        containers = KindContainers(self.runner, cluster, props["mark"]).all()
        there = sorted(name_of(one) for one in containers)
        asked = [
            name
            for role, key in _COUNTED
            for name in node_names(cluster, role, len(props[key]))
        ]  # fmt: skip
        if props["balancerImage"]:
            asked.append(KindBalancer(self.runner, cluster, props["mark"]).name)
        return (
            all(runs(one) for one in containers)
            and there == sorted(asked)
            and not _changed_workers(containers, cluster, props["workers"])
            and node_registry.is_member(self.runner, cluster, props["registryContainer"])
            and not moved(containers, cluster, _held(olds))
        )

    def _settle(self, props: Properties, olds: Properties) -> Properties:
        """Bring the nodes to what `props` say; the outputs."""
        require_engine(self.runner)
        cluster, registry = props["cluster"], props["registryContainer"]
        containers = KindContainers(self.runner, cluster, props["mark"])
        balancer = KindBalancer(self.runner, cluster, props["mark"])
        members = KindMembers(containers)
        count = {role: len(props[key]) for role, key in _COUNTED}

        containers.leader()  # where there is none, nothing can be done
        if not node_registry.is_member(self.runner, cluster, registry):
            address = reserved(self.runner, cluster, REGISTRY)
            self.runner.run("docker", "network", "connect", "--ip", address, cluster, registry)
        if props["balancerImage"] and inspect(self.runner, "container", balancer.name) is None:
            self._balance(balancer, containers, props)
        started = self._wake(containers, registry, _held(olds))
        # Containers, then the way to the registry, then the cluster: no pod comes too early.
        added = {role: members.add_containers(role, props[key]) for role, key in _COUNTED}
        admit_registries(containers, props, [name_of(node) for node in containers.nodes()])
        for role, names in added.items():
            members.join(names, role)
        members.admit_pods(count[WORKER])
        containers.wait_until_ready()
        come = {*started, *added[WORKER], *added[CONTROL_PLANE]}
        there = map(name_of, containers.nodes())
        wait_for_proxies(containers, [name for name in there if name in come])
        if props["balancerImage"]:
            self._lead(balancer, containers, props)  # to the new ones, and no more to the surplus
        for role in (WORKER, CONTROL_PLANE):
            members.remove(role, count[role])
        for role, key in _COUNTED:
            members.mark(role, props[key], olds.get(key, []))
        self._roll(containers, members, props)
        members.tidy()
        held = addresses(containers.nodes(), cluster) if count[CONTROL_PLANE] > 1 else {}
        return {**without_provider(props), _ADDRESSES: held}

    def _wake(
        self, containers: KindContainers, registry: str, held: dict[str, str]
    ) -> Sequence[str]:
        """Start what is stopped, with the addresses that a replicated control plane had; the names
        of what was."""
        stopped = [name_of(one) for one in containers.all() if not runs(one)]
        if stopped:
            self.runner.run("docker", "start", *stopped)
        lost = moved(containers.nodes(), containers.cluster, held)
        if lost:
            self._restore(containers, registry, held)
        if stopped or lost:
            containers.wait_for_api()
            containers.wait_until_ready()
        return stopped

    def _roll(self, containers: KindContainers, members: KindMembers, props: Properties) -> None:
        """Make workers anew whose mounts or ports are others now, one after the other."""
        workers: Sequence[Properties] = props["workers"]
        changed = _changed_workers(containers.all(), containers.cluster, workers)
        for name, worker in changed.items():
            if len(workers) == 1:
                members.admit_pods(0)  # its pods must have somewhere to go
            members.vacate(name, WORKER)
            containers.add([name], WORKER, {name: docker_options(worker)})
            admit_registries(containers, props, [name])
            members.join([name], WORKER)
            members.mark_node(name, worker, worker)
            containers.wait_until_ready()
            wait_for_proxies(containers, [name])
        if changed:
            members.admit_pods(len(workers))

    def _restore(self, containers: KindContainers, registry: str, held: dict[str, str]) -> None:
        cluster, mark = containers.cluster, containers.mark
        nodes = {
            name: held.get(name) or containers.fixed_address(name, role_of(node))
            for node in containers.nodes()
            for name in [name_of(node)]
        }
        others = {
            registry: reserved(self.runner, cluster, REGISTRY),
            KindBalancer(self.runner, cluster, mark).name: reserved(self.runner, cluster, BALANCER),
        }
        restore(self.runner, cluster, nodes, others)

    def _balance(
        self, balancer: KindBalancer, containers: KindContainers, props: Properties
    ) -> None:
        """Make a load balancer that was removed by hand again."""
        balancer.start(
            props["balancerImage"],
            node_port=int(props["nodePort"]),
            host_port=int(props["hostPort"]),
            api_port=int(props["apiPort"]),
        )
        self._lead(balancer, containers, props)

    def _lead(self, balancer: KindBalancer, containers: KindContainers, props: Properties) -> None:
        """Lead the load balancer to all nodes that stay."""
        stay: list[list[str]] = []
        for role, key in _COUNTED:
            surplus = containers.surplus(role, len(props[key]))
            names = map(name_of, containers.nodes(role))
            stay.append([name for name in names if name not in surplus])
        control_planes, workers = stay
        balancer.lead(control_planes, [*control_planes, *workers], int(props["nodePort"]))


def _held(olds: Properties) -> dict[str, str]:
    """The addresses that the nodes had."""
    return dict(olds.get(_ADDRESSES) or {})


def _by_name(containers: KindContainers) -> dict[str, Container]:
    return {name_of(one): one for one in containers.all()}


def _changed_workers(
    containers: Sequence[Container], cluster: str, workers: Sequence[Properties]
) -> dict[str, Properties]:
    """The workers whose containers have other mounts or ports than they should, by name."""
    there = {name_of(one): one for one in containers}
    names = node_names(cluster, WORKER, len(workers))
    return {
        name: worker
        for name, worker in zip(names, workers, strict=True)
        if name in there and at_odds(worker, there[name])
    }


class KindNodes(Resource, module="slipway", name="KindNodes"):
    """The nodes of a cluster, added, changed and removed in place.

    Inputs: cluster, uid, mark; controlPlanes and workers (`labels` and `taints` of each, `mounts`
    and `ports` of workers); mirrors (the URLs of each registry host);
    registryHost, registryContainer and registryId; balancerImage, of a cluster with a load
    balancer, with hostPort, nodePort and apiPort, between which it leads. The UID and the
    registry's id are there so that a cluster or a registry that was made anew brings its nodes
    along.
    """

    def __init__(
        self, name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(KindNodesProvider(), name, {**inputs, _ADDRESSES: None}, opts)
