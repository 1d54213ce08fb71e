"""The nodes that a kind cluster knows, added and removed in place.

kind itself makes nodes only with a cluster. One that is added later is a container like kind's
own, and joins by kubeadm as kind's own do.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..k8s import drain as draining
from ..k8s.node_volumes import require_none_lost
from ..machine.runner import CommandError
from .containers import KindContainers
from .etcd import KindEtcd
from .inputs import NodeInputs
from .join import KindJoin
from .mounts_and_ports import docker_options
from .roles import Role, name_of

_ROLE = "node-role.kubernetes.io/control-plane"
"""Label of control planes, and the taint that keeps applications off them."""


class KindMembers:
    """The nodes of one cluster, of both roles."""

    def __init__(self, containers: KindContainers) -> None:
        self._containers = containers
        self._kubectl = containers.kubectl
        self._etcd = KindEtcd(containers)

    def add_containers(self, role: Role, nodes: Mapping[str, NodeInputs]) -> list[str]:
        """Start the containers of those nodes that have none, and return their names.

        They belong to no cluster yet. One that did not come as far as joining, because a run was
        killed, is recreated. Raises LocalError for one with data, as after `kubectl delete node`.
        """
        current = {name_of(container): container for container in self._containers.nodes(role)}
        added = [name for name, node in current.items() if self._containers.is_added(node)]
        complete = self._complete(role) if added else set[str]()
        incomplete = [name for name in added if name not in complete]
        require_none_lost(self._kubectl, incomplete)
        for name in incomplete:
            self._forget(name, role)
            del current[name]
        missing = [name for name in nodes if name not in current]
        if role is Role.CONTROL_PLANE:
            for name in missing:
                self._etcd.forget(name)  # it would count for the majority, and never vote
        options = {name: docker_options(nodes[name]) for name in missing}
        self._containers.add(missing, role, options)
        return missing

    def join(self, names: Sequence[str], role: Role) -> None:
        """Make started containers nodes of the cluster."""
        KindJoin(self._containers).join(names, role)

    def remove_surplus(self, role: Role, count: int) -> None:
        """Drain and remove the nodes of a role beyond `count`, the last one first.

        Raises LocalError when a node cannot be drained; it serves on then.
        """
        for name in reversed(self._containers.surplus(role, count)):
            self.drain_and_remove(name, role)

    def drain_and_remove(self, name: str, role: Role) -> None:
        """Drain and remove a node.  Raises LocalError when it cannot be drained; it serves on."""
        self._drain(name)
        self._forget(name, role)

    def taint_control_planes(self, workers: int) -> None:
        """Let control planes run applications where there are no workers, as kind does."""
        selector = ("taint", "nodes", "--selector", _ROLE)
        if workers:
            self._kubectl(*selector, f"{_ROLE}=:NoSchedule", "--overwrite")
            return
        try:
            self._kubectl(*selector, f"{_ROLE}:NoSchedule-")
        except CommandError as error:
            if "not found" not in error.output:  # as kind leaves a cluster of one node
                raise

    def set_labels_and_taints(self, name: str, new: NodeInputs, old: NodeInputs) -> None:
        """Give a node its labels and taints, and remove the old ones."""
        removed = [f"{key}-" for key in old.labels if key not in new.labels]
        labels = [f"{key}={value}" for key, value in new.labels.items()]
        if removed or labels:
            self._kubectl("label", "node", name, "--overwrite", *labels, *removed)
        lifted = [f"{taint}-" for taint in old.taints if taint not in new.taints]
        if lifted or new.taints:
            self._kubectl("taint", "nodes", name, "--overwrite", *new.taints, *lifted)

    def cleanup(self) -> None:
        """Forget nodes without a container, and let those serve on that were not removed."""
        names = {name_of(container) for container in self._containers.nodes()}
        for name, node in self._known().items():
            if name not in names:
                self._kubectl("delete", "node", name, "--ignore-not-found")
            else:
                draining.let_serve_on(self._kubectl, node)

    def _known(self) -> dict[str, dict[str, Any]]:
        """Return the nodes that the cluster knows, by name."""
        nodes = json.loads(self._kubectl("get", "nodes", "--output=json"))["items"]
        return {node["metadata"]["name"]: node for node in nodes}

    def _complete(self, role: Role) -> set[str]:
        """Return the nodes that joined to the end."""
        known = self._known()
        if role is Role.WORKER:
            return set(known)
        # kubeadm gives the label last, after etcd; a node that leaves, leaves etcd first.
        labelled = {name for name, node in known.items() if _ROLE in node["metadata"]["labels"]}
        return labelled & set(self._etcd.members())

    def _forget(self, name: str, role: Role) -> None:
        """Remove a node from the cluster and from the machine."""
        if role is Role.CONTROL_PLANE:
            self._etcd.forget(name)
        self._kubectl("delete", "node", name, "--ignore-not-found")
        self._containers.remove(name)

    def _drain(self, name: str) -> None:
        if name in self._known():
            draining.drain(self._kubectl, name)
