"""Reading of a cluster at one moment of a rollout, and the limits that a rollout has."""

from dataclasses import dataclass
from datetime import datetime

from ..k8s.objects import Manifest


@dataclass(frozen=True)
class Reading:
    """State that the API shows of a workload and of what belongs to it, as JSON."""

    seconds: float
    """Seconds since the rollout began, by a clock that never goes back."""

    now: datetime
    """Time of the cluster, in UTC: that of `startedAt`, `finishedAt` and events."""

    workload: Manifest
    """Deployment, StatefulSet or Job."""

    replica_sets: tuple[Manifest, ...] = ()
    """ReplicaSets of a Deployment."""

    pods: tuple[Manifest, ...] = ()
    """Pods of the workload, of every version."""

    events: tuple[Manifest, ...] = ()
    """Events of these objects and of the pods' claims.

    They need not be read every time, but every few seconds: they show what has passed, too."""

    nodes: tuple[Manifest, ...] = ()
    """Nodes of the pods; they need not be read every time."""


@dataclass(frozen=True)
class Limits:
    """Seconds of a rollout, as the settings of the application have them."""

    startup_seconds: int
    """Seconds that a container may take from its first start until it is ready."""

    min_ready_seconds: int
    """Seconds for which a pod must be ready before it counts."""

    drain_seconds: int = 0
    """Seconds that a pod of the previous version still serves."""

    job_seconds: int | None = None
    """Seconds that a Job may take, retries included."""

    shutdown_seconds: int = 30
    """Seconds after that in which it may end."""
