"""The judge of a rollout: whether it is healthy, has failed, or may still get healthy.

A failed verdict for a rollout that would get healthy is worse than a late one. So each trouble has
a patience (`trouble.py`), and what that means in seconds and failures is in `budgets.py`.
"""

from collections.abc import Hashable, Iterator
from dataclasses import replace

from . import diagnose
from .budgets import Budgets
from .completion import is_complete
from .memory import Clocks, Memory
from .notices import Notices
from .pods import Container, Pod
from .progress import (
    failed_pulls,
    is_pulling,
    progress,
    seconds_of_last_run,
    stalled,
    waits_for_image,
)
from .reading import Limits, Reading
from .trouble import Patience, Trouble
from .verdict import Failed, Going, Healthy, Verdict
from .workload import Workload


class Judge:
    """Judges one rollout, reading by reading; readings may be missing."""

    def __init__(self, limits: Limits) -> None:
        self._budgets = Budgets(limits)
        self._clocks = Clocks()
        self._memory = Memory()
        self._notices = Notices(self._budgets)
        self._progress: Hashable = None

    def judge(self, reading: Reading) -> Verdict:
        """Return the verdict about a rollout as it is now."""
        self._clocks.begin(reading.seconds)
        workload = Workload(self._memory.completed(reading))
        self._progress = progress(workload)
        troubles: list[Trouble] = []
        for trouble, is_final in self._judged(workload):
            if is_final:
                return Failed(trouble)
            troubles.append(trouble)
        is_steady = self._is_steady(workload)
        if is_complete(reading) and is_steady:
            return Healthy()
        if not troubles and (seconds := self._stalled_seconds(workload)):
            return Failed(stalled(workload, seconds))
        return Going(self._notices.of(workload, troubles))

    def _judged(self, workload: Workload) -> Iterator[tuple[Trouble, bool]]:
        """Yield the troubles of the version that is rolled out, and whether each fails it."""
        if trouble := diagnose.of_workload(workload):
            yield trouble, self._lasts(trouble)
        if trouble := diagnose.evicted(workload):
            yield trouble, trouble.failures >= self._budgets.failures(trouble)
        for pod in workload.new_pods:
            yield from self._of_pod(workload, pod)

    def _of_pod(self, workload: Workload, pod: Pod) -> Iterator[tuple[Trouble, bool]]:
        if trouble := diagnose.of_pod(workload, pod):
            yield trouble, self._lasts(trouble)
        elif not pod.is_ending and not pod.is_over:
            for container in pod.containers:
                yield from self._of_container(workload, container)

    def _of_container(
        self, workload: Workload, container: Container
    ) -> Iterator[tuple[Trouble, bool]]:
        failures = self._memory.failures(container, workload.reading)
        waiting = diagnose.waits(workload, container)
        end = diagnose.ended(workload, container)
        if waiting is not None:
            yield waiting, self._waits_in_vain(container, waiting)
        elif failures and end is not None and end.patience is not Patience.READINESS:
            end = replace(end, failures=failures)
            yield end, self._ended_too_often(workload, container, end)
        if self._is_late(workload, container):
            unready = diagnose.unready(workload, container)
            trouble = unready if container.running is not None else end or unready
            if trouble is not None:
                yield trouble, True

    def _lasts(self, trouble: Trouble) -> bool:
        """Return whether a trouble has lasted for longer than it may."""
        key = ("trouble", trouble.uid, trouble.container, trouble.patience)
        # Pods that find no room wait for those of the previous version, which end one by one.
        step = self._progress if trouble.patience is Patience.CLUSTER else None
        return self._clocks.lasted((*key, step)) >= self._budgets.seconds(trouble)

    def _waits_in_vain(self, container: Container, waiting: Trouble) -> bool:
        """Return whether a container has waited for too long; not in the middle of a pull."""
        lasts = self._lasts(waiting)
        is_certain = waiting.patience is Patience.CERTAIN
        is_repeated = is_certain and failed_pulls(container) >= self._budgets.failures(waiting)
        return (lasts or is_repeated) and not is_pulling(container)

    def _ended_too_often(self, workload: Workload, container: Container, end: Trouble) -> bool:
        """Return whether a process has ended as often as it may.

        After two failures its third start decides, if there is one. A Job counts for itself.
        """
        if workload.kind == "Job":
            return False
        if end.failures >= self._budgets.failures(end):
            return True
        if end.failures < 2 or container.running is not None:
            return False
        key = ("third start", end.uid, end.container)
        return self._clocks.lasted(key) >= self._budgets.third_start

    def _is_late(self, workload: Workload, container: Container) -> bool:
        """Return whether a container that could run is not ready, for longer than it may be."""
        if container.is_ready or not container.could_run or workload.kind == "Job":
            return False
        if container.is_init and container.running is None and not container.is_sidecar:
            return False
        key = ("unready", container.pod.uid, container.name)
        return self._clocks.lasted(key) >= self._budgets.readiness

    def _is_steady(self, workload: Workload) -> bool:
        """Return whether each container that was restarted has proved that it stays."""
        if workload.kind == "Job":
            return True
        containers = [each for pod in workload.live_pods for each in pod.containers]
        restarted = [each for each in containers if self._memory.failures(each, workload.reading)]
        # A list, as each clock has to be kept running.
        proved = [self._has_proved(each) for each in restarted if not each.has_to_end]
        return all(proved)

    def _has_proved(self, container: Container) -> bool:
        key = ("steady", container.pod.uid, container.name, container.restarts)
        seconds = self._clocks.lasted(key) if container.running is not None else 0
        return seconds >= self._budgets.steady(seconds_of_last_run(container))

    def _stalled_seconds(self, workload: Workload) -> float:
        """Return for how long nothing has changed, if that is too long and nothing shows why."""
        if any(waits_for_image(each) for pod in workload.live_pods for each in pod.containers):
            return 0
        runs = workload.kind == "Job" and any(pod.has_run for pod in workload.live_pods)
        seconds = self._clocks.lasted(("progress", self._progress))
        return seconds if seconds >= self._budgets.stalled(job_runs=runs) else 0
