"""Lines that are worth showing once while a rollout is going."""

from collections.abc import Sequence

from .budgets import Budgets
from .progress import is_pulling
from .trouble import Patience, Trouble
from .workload import Workload


class Notices:
    """Chooses the line to show, and shows none twice."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self._shown: set[str] = set()

    def of(self, workload: Workload, troubles: Sequence[Trouble]) -> str | None:
        """Return the line for a reading; None if it was shown before.

        Of each cause, one pod's is shown.
        """
        for trouble in troubles:
            key = f"{trouble.cause} {min(trouble.failures, 2)}"
            if trouble.patience is not Patience.READINESS and self._is_new(key):
                return f"{trouble.first_line}; {self._what_follows(trouble)}"
        line = _progress(workload)
        return line if self._is_new(line) else None

    def _is_new(self, key: str) -> bool:
        is_new = key not in self._shown
        self._shown.add(key)
        return is_new

    def _what_follows(self, trouble: Trouble) -> str:
        if trouble.failures:
            return "it is started again"
        return f"waiting up to {self._budgets.seconds(trouble):.0f} s"


def _progress(workload: Workload) -> str:
    """Return how far a rollout is, in words."""
    if workload.kind == "Job":
        return f"{workload.application}: the Job runs"
    ready = sum(pod.is_ready for pod in workload.live_pods)
    return f"{workload.application}: {ready} of {workload.replicas} pods ready; {_doing(workload)}"


def _doing(workload: Workload) -> str:
    containers = [each for pod in workload.live_pods for each in pod.containers]
    if not workload.is_observed or not containers:
        return "waiting for its controller"
    if any(is_pulling(each) for each in containers):
        return "pulling the image"
    if all(pod.is_ready for pod in workload.live_pods):
        return _last_steps(workload)
    return "starting"


def _last_steps(workload: Workload) -> str:
    """Return what a rollout does while all pods that it has started are ready."""
    if len(workload.live_pods) < workload.replicas:
        return "the others follow"
    if workload.status.get("replicas", 0) > workload.replicas:
        return "pods of the previous version end"
    return "waiting until they count as available"
