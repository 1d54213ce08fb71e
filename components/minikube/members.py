"""Nodes of a minikube profile as its cluster knows them."""

import json
from dataclasses import dataclass
from typing import Any

from ..k8s.kubectl import kubectl
from ..k8s.readiness import wait_until_ready
from ..machine.runner import Runner


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

    def wait_until_ready(self) -> None:
        """Wait until all nodes are ready.  Raises LocalError after 2 minutes."""
        wait_until_ready(self.kubectl, self.profile, context=self.profile)
