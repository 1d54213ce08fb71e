"""Trouble of a workload: one cause, where it is, and what to do about it."""

from dataclasses import dataclass
from enum import Enum


class Patience(Enum):
    """Time that a trouble may last before it fails a rollout; most certain first."""

    NONE = "none"
    """Its controller has given up."""

    CERTAIN = "certain"
    """Waiting does not help: fails at the second failure, or when it lasts."""

    CRASHES = "crashes"
    """A process that ends, and perhaps waits for another one: fails at the third failure."""

    CLUSTER = "cluster"
    """The cluster may get over it: has the start-up budget from when it began."""

    READINESS = "readiness"
    """A process that runs and is not ready: has the start-up budget from its first start."""


@dataclass(frozen=True)
class Log:
    """Log of a container that shows more."""

    container: str
    previous: bool
    """Whether it is that of the run before, as after a restart."""


@dataclass(frozen=True)
class Probe:
    """Probe of a container, and what it answered."""

    kind: str
    """startup, readiness or liveness."""

    check: str
    """What it asks, such as `http GET :8080/healthz`."""

    port: int | str | None
    answer: str
    """Answer in the words of the kubelet."""


@dataclass(frozen=True)
class Finding:
    """Words of a cause about what it recognised."""

    summary: str
    """Continues a sentence that begins with the container, pod or object."""

    explanation: str
    """Sentences for a reader who does not know Kubernetes."""

    next_step: str
    """Command, or setting with an example."""

    probe: Probe | None = None
    extra_seconds: int = 0
    """Seconds that it may last beside the start-up budget."""

    least_seconds: int = 0
    """Seconds that it may last however short the start-up budget is."""


@dataclass(frozen=True)
class Trouble:
    """A cause with its place, and what shows it."""

    cause: str
    """Stable key, such as `out-of-memory`."""

    patience: Patience
    application: str
    subject: str
    """Place in words, such as `container web of pod web-5d8-x2x4q on worker-2`."""

    finding: Finding
    namespace: str
    pod: str | None = None
    container: str | None = None
    node: str | None = None
    uid: str = ""
    """UID of the pod; empty for trouble of the workload."""

    failures: int = 0
    """Number of failed runs; 0 for what is no end of a process."""

    log_of: Log | None = None
    log_tail: tuple[str, ...] = ()
    """Last lines that the cluster kept of the log, for where it cannot be read any more."""

    events: tuple[str, ...] = ()

    @property
    def first_line(self) -> str:
        """The trouble in one sentence."""
        return f"{self.application}: {self.subject} {self.finding.summary}"

    @property
    def explanation(self) -> str:
        """Sentences for a reader who does not know Kubernetes."""
        return self.finding.explanation

    @property
    def next_step(self) -> str:
        """Command, or setting with an example."""
        return self.finding.next_step

    @property
    def probe(self) -> Probe | None:
        """Probe that shows it, if one does."""
        return self.finding.probe
