"""Budgets of troubles: how long each may last, and how often it may happen."""

from dataclasses import dataclass

from .reading import Limits
from .trouble import Patience, Trouble

_CERTAIN_SECONDS = 20
"""Seconds after which what cannot be waited for fails: the kubelet has tried again by then.

It does so after ten seconds, to which it adds up to a half.
"""

_THIRD_START_SECONDS = 20
"""Seconds after a second failure in which the third start is due.

The kubelet restarts at once after the first failure, and ten seconds after the second, to which it
adds up to a half. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
"""

_READINESS_MARGIN = 2
_CLUSTER_SECONDS = 30
"""Least seconds for a cluster: another controller takes over from a lost leader within fifteen."""

_STEADY_SECONDS = 10
_STALLED_MARGIN = 60


@dataclass(frozen=True)
class Budgets:
    """Seconds and failures that the limits of an application allow."""

    limits: Limits

    def failures(self, trouble: Trouble) -> int:
        """Return the number of failed runs at which a rollout fails."""
        return 2 if trouble.patience is Patience.CERTAIN else 3

    @property
    def third_start(self) -> float:
        """Seconds after a second failure in which a third start is due."""
        return _THIRD_START_SECONDS

    def seconds(self, trouble: Trouble) -> float:
        """Return the seconds for which a trouble may last that is no end of a process."""
        match trouble.patience:
            case Patience.NONE:
                return 0
            case Patience.CERTAIN:
                return _CERTAIN_SECONDS
            case Patience.READINESS:
                return self.readiness
            case _:
                finding = trouble.finding
                least = max(_CLUSTER_SECONDS, finding.least_seconds)
                return max(self.limits.startup_seconds, least) + finding.extra_seconds

    @property
    def readiness(self) -> float:
        """Seconds after its first start in which a container must be ready."""
        return self.limits.startup_seconds + _READINESS_MARGIN

    def steady(self, last_run: float) -> float:
        """Return the seconds that a restarted container must run before it counts as healthy.

        It has to outlive the run that failed: a process that listens, and then dies, is ready in
        between.
        """
        limits = self.limits
        longest = max(limits.startup_seconds, limits.min_ready_seconds, _STEADY_SECONDS)
        return min(max(_STEADY_SECONDS, limits.min_ready_seconds, last_run + 2), longest)

    def stalled(self, *, job_runs: bool) -> float:
        """Return the seconds without any change after which a rollout without trouble fails.

        A Job that runs ends by itself, at its deadline.
        """
        limits = self.limits
        if job_runs and limits.job_seconds is not None:
            return limits.job_seconds + _STALLED_MARGIN
        ready = limits.startup_seconds + limits.min_ready_seconds
        return ready + limits.drain_seconds + limits.shutdown_seconds + _STALLED_MARGIN
