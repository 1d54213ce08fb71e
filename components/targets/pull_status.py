"""What the nodes of a cluster and the pods of a trial pull report about themselves."""

from typing import Any

_FAILED = "Failed"
_PULLING = ("ContainerCreating", "PodInitializing", "ErrImagePull")


def takes_pods(node: dict[str, Any]) -> bool:
    """Return whether a node is ready for pods without tolerations."""
    taints = node["spec"].get("taints", [])
    conditions = node["status"].get("conditions", [])
    return (
        not node["spec"].get("unschedulable")
        and not any(taint["effect"] in ("NoSchedule", "NoExecute") for taint in taints)
        and any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    )


def runs(node: dict[str, Any], platform: str) -> bool:
    """Return whether a node is of a platform; one that does not report its own is Linux."""
    info = node["status"].get("nodeInfo", {})
    system, _, architecture = platform.partition("/")
    if info.get("operatingSystem", "linux") != (system or "linux"):
        return False
    return not architecture or info.get("architecture", architecture) == architecture


def waiting_of(pod: dict[str, Any]) -> dict[str, str]:
    """Return what the container of a pod waits for, with `reason` and `message`; empty for one
    that does not wait."""
    statuses = pod["status"].get("containerStatuses", [])
    return statuses[0]["state"].get("waiting", {}) if statuses else {"reason": _PULLING[0]}


def is_pulling(pod: dict[str, Any]) -> bool:
    """Return whether a pod still pulls, or has yet to begin."""
    return pod["status"].get("phase") != _FAILED and waiting_of(pod).get("reason") in _PULLING


def rejection(pod: dict[str, Any]) -> str:
    """Return why the node never tried: it has no room, or evicted the pod. Empty if it did."""
    status = pod["status"]
    if status.get("phase") != _FAILED or waiting_of(pod).get("reason") not in _PULLING:
        return ""
    return f"{status.get('reason', _FAILED)}: {status.get('message', 'the pod was rejected')}"
