"""Completion of a rollout: when the new version, and only it, serves."""

from .reading import Reading
from .workload import Workload


def is_complete(reading: Reading) -> bool:
    """Return whether the controller reports that all pods are of the new version and available.

    Restarts do not count here: `Judge` looks at them.
    """
    workload = Workload(reading)
    if not workload.is_observed:
        return False
    match workload.kind:
        case "Job":
            return bool(workload.condition("Complete"))
        case "StatefulSet":
            return _is_complete_stateful_set(workload) and _pods_are_ready(workload)
        case _:
            return _is_complete_deployment(workload) and _pods_are_ready(workload)


def _is_complete_deployment(workload: Workload) -> bool:
    status, replicas = workload.status, workload.replicas
    counts = [status.get(f"{name}eplicas", 0) for name in ("r", "updatedR", "availableR")]
    return all(count == replicas for count in counts)


def _is_complete_stateful_set(workload: Workload) -> bool:
    """Return whether each pod of a StatefulSet is of its newest revision.

    Numbers alone do not show it: those of pods count the revision before while the controller
    has not seen a change.
    """
    status, replicas = workload.status, workload.replicas
    names = ("replicas", "readyReplicas", "availableReplicas", "updatedReplicas")
    if replicas and any(status.get(name, 0) != replicas for name in names):
        return False
    if not replicas:
        return status.get("replicas", 0) == 0
    return status.get("currentRevision") == status.get("updateRevision")


def _pods_are_ready(workload: Workload) -> bool:
    """Return whether the reading has the pods too: they may have been read before the workload."""
    ready = [pod for pod in workload.live_pods if pod.is_ready]
    return len(ready) >= workload.replicas
