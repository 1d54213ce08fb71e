"""The steps that bring the nodes of a kind cluster to what is desired, in their order.

Each step does nothing where nothing is to do, so that a run continues where another was killed.
"""

from collections.abc import Sequence

from ..machine.runner import Runner
from ..registry.node_access import is_member
from .addresses import REGISTRY, addresses, moved, reserved, restore
from .containers import KindContainers
from .inputs import KindNodesInputs
from .kube_proxy import wait_for_proxies
from .load_balancer import restore_load_balancer, set_backends
from .members import KindMembers
from .mounts_and_ports import docker_options
from .node_changes import changed_workers
from .registries import configure_registries
from .roles import Role, name_of, runs


def reconcile(
    runner: Runner, desired: KindNodesInputs, previous: KindNodesInputs | None
) -> dict[str, str]:
    """Bring the nodes to what is desired.

    Returns the addresses of the nodes, where they have to keep them. Raises LocalError when a
    step fails.
    """
    containers = KindContainers(runner, desired.cluster, desired.mark)
    steps = _Reconciliation(containers, desired, previous)
    containers.leader()  # where there is none, nothing can be done
    steps.connect_registry()
    restore_load_balancer(containers, desired)
    started = steps.start_stopped()
    added = steps.add_nodes()
    steps.wait_for_proxies({*started, *added})
    set_backends(containers, desired)  # to the new ones, and no longer to the surplus
    steps.remove_surplus()
    steps.set_labels_and_taints()
    steps.replace_changed_workers()
    steps.cleanup()
    return steps.addresses_to_keep()


class _Reconciliation:
    def __init__(
        self, containers: KindContainers, desired: KindNodesInputs, previous: KindNodesInputs | None
    ) -> None:
        self._containers = containers
        self._members = KindMembers(containers)
        self._desired = desired
        self._previous = previous
        self._workers = desired.count(Role.WORKER)

    def connect_registry(self) -> None:
        """Connect the registry to the cluster's network, at its fixed address."""
        runner, cluster = self._containers.runner, self._containers.cluster
        registry = self._desired.registry_container
        if not is_member(runner, cluster, registry):
            address = reserved(runner, cluster, REGISTRY)
            runner.run("docker", "network", "connect", "--ip", address, cluster, registry)

    def start_stopped(self) -> Sequence[str]:
        """Start stopped containers, and return their names.

        The nodes of a replicated control plane get their previous addresses back.
        """
        containers = self._containers
        previous = self._previous.addresses if self._previous else {}
        stopped = [name_of(each) for each in containers.all() if not runs(each)]
        if stopped:
            containers.runner.run("docker", "start", *stopped)
        lost = moved(containers.nodes(), containers.cluster, previous)
        if lost:
            registry = self._desired.registry_container
            nodes = containers.nodes()
            restore(containers.runner, containers.cluster, nodes, previous, registry)
        if stopped or lost:
            containers.wait_for_api()
            containers.wait_until_ready()
        return stopped

    def add_nodes(self) -> Sequence[str]:
        """Add the nodes that are missing, wait until all are ready, and return the new names."""
        # Containers, then the way to the registry, then the cluster: no pod comes too early.
        added = {
            role: self._members.add_containers(role, self._desired.named(role)) for role in Role
        }
        nodes = [name_of(node) for node in self._containers.nodes()]
        configure_registries(self._containers, self._desired, nodes)
        for role, names in added.items():
            self._members.join(names, role)
        self._members.taint_control_planes(self._workers)
        self._containers.wait_until_ready()
        return [name for names in added.values() for name in names]

    def wait_for_proxies(self, names: set[str]) -> None:
        """Wait until those of these containers that are nodes route to Services."""
        nodes = map(name_of, self._containers.nodes())
        wait_for_proxies(self._containers, [name for name in nodes if name in names])

    def remove_surplus(self) -> None:
        """Drain and remove the nodes that are too many, workers first."""
        for role in reversed(Role):
            self._members.remove_surplus(role, self._desired.count(role))

    def set_labels_and_taints(self) -> None:
        """Give all nodes their labels and taints."""
        previous = (self._previous or self._desired).all_named
        for name, node in self._desired.all_named.items():
            self._members.set_labels_and_taints(name, node, previous.get(name, node))

    def replace_changed_workers(self) -> None:
        """Replace workers whose mounts or ports differ, one after the other."""
        changed = changed_workers(self._containers.by_name(), self._desired)
        for name, worker in changed.items():
            if self._workers == 1:
                self._members.taint_control_planes(0)  # its pods must have somewhere to go
            self._members.drain_and_remove(name, Role.WORKER)
            self._containers.add([name], Role.WORKER, {name: docker_options(worker)})
            configure_registries(self._containers, self._desired, [name])
            self._members.join([name], Role.WORKER)
            self._members.set_labels_and_taints(name, worker, worker)
            self._containers.wait_until_ready()
            wait_for_proxies(self._containers, [name])
        if changed:
            self._members.taint_control_planes(self._workers)

    def cleanup(self) -> None:
        """Finish or take back what a killed run left of removals."""
        self._members.cleanup()

    def addresses_to_keep(self) -> dict[str, str]:
        """Return the addresses of the nodes of a replicated control plane; no others."""
        if self._desired.count(Role.CONTROL_PLANE) <= 1:
            return {}
        return addresses(self._containers.nodes(), self._containers.cluster)
