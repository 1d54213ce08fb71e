"""Nodes of a minikube profile as its cluster knows them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..k8s.drain import drain
from ..k8s.kubectl import kubectl
from ..k8s.node_volumes import require_none_lost, volumes_lost
from ..k8s.readiness import wait_until_ready
from ..machine.runner import CommandError, Runner


@dataclass(frozen=True)
class MinikubeCluster:
    """The cluster of a profile, reached by `kubeconfig`."""

    runner: Runner
    profile: str
    kubeconfig: str

    def kubectl(self, *arguments: str, timeout: float = 60) -> str:
        """Return what `kubectl` prints for the cluster.  Raises CommandError."""
        return kubectl(self.runner, self.kubeconfig, *arguments, seconds=int(timeout))

    def members(self) -> dict[str, dict[str, Any]]:
        """Return the nodes that the cluster knows, by name."""
        nodes = json.loads(self.kubectl("get", "nodes", "--output=json"))["items"]
        return {node["metadata"]["name"]: node for node in nodes}

    def volumes_lost(self, leaving: Sequence[str]) -> list[str]:
        """Return why nodes cannot be removed, a line for each: claims with data on them alone."""
        return volumes_lost(self.kubectl, leaving, self._holds)

    def require_none_lost(self, leaving: Sequence[str]) -> None:
        """Raise LocalError if volumes would be lost with nodes."""
        require_none_lost(self.kubectl, leaving, self._holds)

    def drain(self, name: str) -> None:
        """Evict all pods of a node that is to be removed.  Raises LocalError; it stays then."""
        drain(self.kubectl, name, self._holds)

    def wait_until_ready(self) -> None:
        """Wait until all nodes are ready.  Raises LocalError after 2 minutes."""
        wait_until_ready(self.kubectl, self.profile, context=self.profile)

    def _holds(self, node: str, path: str) -> bool:
        """Return whether a folder of a node holds anything; True where that cannot be known.

        minikube's volumes are folders of the nodes, bound to none: a pod that moves to another
        node finds another folder there, and what it stored before stays behind.
        """
        try:
            return bool(self.runner.run("docker", "exec", node, "ls", "-A", path).strip())
        except CommandError as error:
            return "no such" not in error.output.lower()
