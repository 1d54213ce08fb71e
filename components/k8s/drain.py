"""Draining a node that is to be removed, and uncordoning it if it stays."""

from typing import Any

from ..machine.runner import CommandError, LocalError
from ..names import LABEL
from .kubectl import Kubectl
from .node_volumes import HostFolders, require_none_lost

_DRAIN_SECONDS = 180
_LEAVING = f"{LABEL}/leaving"


def drain(kubectl: Kubectl, name: str, folders: HostFolders | None = None) -> None:
    """Evict all pods of a node, as far as disruption budgets allow.

    Raises LocalError when that takes more than 3 minutes, and when there are volumes on this node
    alone (`folders` as in `volumes_lost`); the node stays schedulable then.
    """
    require_none_lost(kubectl, [name], folders)
    kubectl("annotate", "node", name, f"{_LEAVING}=true", "--overwrite")
    words = ("drain", name, "--ignore-daemonsets", "--delete-emptydir-data", "--force")
    try:
        kubectl(*words, f"--timeout={_DRAIN_SECONDS}s", timeout=_DRAIN_SECONDS + 10)
    except CommandError as error:
        kubectl("uncordon", name)
        raise LocalError(
            f"the node {name} cannot be drained within {_DRAIN_SECONDS} s, and stays: a "
            "disruption budget keeps its pods, or they do not end",
            details=error,
            next_step="look at `kubectl get poddisruptionbudgets --all-namespaces`",
        ) from None


def let_serve_on(kubectl: Kubectl, node: dict[str, Any]) -> None:
    """Uncordon a node (as `kubectl get` shows it) whose removal did not complete."""
    name = node["metadata"]["name"]
    if _LEAVING in node["metadata"].get("annotations", {}):
        kubectl("uncordon", name)
        kubectl("annotate", "node", name, f"{_LEAVING}-")
