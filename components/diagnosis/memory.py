"""Memory of the readings of one rollout: since when something lasts, and what was seen before."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import timedelta

from ..k8s.objects import Manifest
from .events import event
from .pods import Container
from .reading import Reading

_CLOCK_SKEW = timedelta(seconds=5)
"""Time by which a pod of the rollout may seem to be older: times of the API are whole seconds."""


class Clocks:
    """Clocks of what lasts from one reading to the next."""

    def __init__(self) -> None:
        self._began: dict[Hashable, float] = {}
        self._running: set[Hashable] = set()
        self._seconds = 0.0

    def begin(self, seconds: float) -> None:
        """Begin a reading: what no clock was asked for in the one before has passed."""
        self._began = {key: self._began[key] for key in self._running}
        self._running.clear()
        self._seconds = seconds

    def lasted(self, key: Hashable) -> float:
        """Return the seconds for which something lasts, and keep its clock running."""
        self._running.add(key)
        return self._seconds - self._began.setdefault(key, self._seconds)


class Memory:
    """Knowledge from earlier readings: events, nodes, and failures from before the rollout."""

    def __init__(self) -> None:
        self._events: dict[str, Manifest] = {}
        self._nodes: tuple[Manifest, ...] = ()
        self._earlier: dict[tuple[str, str], int] = {}

    def completed(self, reading: Reading) -> Reading:
        """Return a reading with the events and nodes that it left out."""
        self._events |= {event(each).uid: each for each in reading.events}
        self._nodes = reading.nodes or self._nodes
        return replace(reading, events=tuple(self._events.values()), nodes=self._nodes)

    def failures(self, container: Container, reading: Reading) -> int:
        """Return the failures of a container in this rollout.

        A pod can be older than the rollout, as where only the number of replicas changes: what
        failed before it was first seen is of another time.
        """
        key = (container.pod.uid, container.name)
        start = reading.now - timedelta(seconds=reading.seconds) - _CLOCK_SKEW
        earlier = container.failures if container.pod.created < start else 0
        return container.failures - self._earlier.setdefault(key, earlier)
