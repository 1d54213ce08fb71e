"""Nodes of a cluster on this machine that may run pods, as Docker's containers show them."""

from typing import Any

from ..machine import labels
from ..machine.docker import inspect_all
from ..machine.runner import Runner


def pod_nodes(runner: Runner, cluster: str) -> list[str]:
    """Return the names of the nodes of a cluster, kind's or minikube's, that may run pods."""
    return _kind_nodes(runner, cluster) or _minikube_nodes(runner, cluster)


def _kind_nodes(runner: Runner, cluster: str) -> list[str]:
    """Return the workers; a cluster without any runs pods on its control planes."""
    containers = inspect_all(runner, f"{labels.CLUSTER}={cluster}")
    workers = [_name(container) for container in containers if _role(container) == "worker"]
    return workers or [
        _name(container) for container in containers if _role(container) == "control-plane"
    ]


def _minikube_nodes(runner: Runner, cluster: str) -> list[str]:
    """Return all nodes: minikube keeps none of them free of pods."""
    containers = inspect_all(runner, labels.MINIKUBE, f"network={cluster}")
    return [_name(container) for container in containers]


def _name(container: dict[str, Any]) -> str:
    return str(container["Name"]).lstrip("/")


def _role(container: dict[str, Any]) -> str:
    return str(container["Config"]["Labels"].get(labels.ROLE))
