"""Moving the pods off a node that is to go, and letting one that stays serve on."""

from typing import Any

from ..machine.runner import CommandError, LocalError
from ..names import LABEL
from .kubectl import Kubectl
from .node_volumes import volumes_lost

_DRAIN_SECONDS = 180
_LEAVING = f"{LABEL}/leaving"


def drain(kubectl: Kubectl, name: str) -> None:
    """Let all pods of a node go elsewhere, as far as disruption budgets allow.

    Raises LocalError when they do not within 3 minutes, and when they have volumes that are on
    this node alone; the node serves on then.
    """
    if told := volumes_lost(kubectl, [name]):
        raise LocalError(told[0])
    kubectl("annotate", "node", name, f"{_LEAVING}=true", "--overwrite")
    words = ("drain", name, "--ignore-daemonsets", "--delete-emptydir-data", "--force")
    try:
        kubectl(*words, f"--timeout={_DRAIN_SECONDS}s", timeout=_DRAIN_SECONDS + 10)
    except CommandError as error:
        kubectl("uncordon", name)
        raise LocalError(
            f"the node {name} cannot be drained within {_DRAIN_SECONDS} s, and stays: a "
            "disruption budget holds its pods (`kubectl get poddisruptionbudgets "
            f"--all-namespaces`), or they do not end\n{error}"
        ) from None


def let_serve_on(kubectl: Kubectl, node: dict[str, Any]) -> None:
    """Give pods again to a node (as `kubectl get` shows it) whose removal was broken off."""
    name = node["metadata"]["name"]
    if _LEAVING in node["metadata"].get("annotations", {}):
        kubectl("uncordon", name)
        kubectl("annotate", "node", name, f"{_LEAVING}-")
