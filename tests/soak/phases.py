"""What is done to a stack while requests are sent, with the time of each part."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.load.report import Report

REST, UNCHANGED, ROLLOUT = "at rest", "`up` without changes", "rolling update"


@dataclass(frozen=True)
class Phase:
    """A span of `time.monotonic()` in which one thing was done."""

    name: str
    start: float
    end: float


@dataclass
class Phases:
    """The phases of a run, in their order."""

    all: list[Phase] = field(default_factory=list)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Note a phase: the body of a `with`."""
        start = time.monotonic()
        yield
        self.all.append(Phase(name, start, time.monotonic()))

    def named(self, name: str) -> Sequence[Phase]:
        """Return the phases of a name."""
        return [each for each in self.all if each.name == name]

    def names(self) -> list[str]:
        """Return the names, each once."""
        return list(dict.fromkeys(each.name for each in self.all))

    def part(self, report: Report, name: str) -> Report:
        """Return the requests that were due in phases of a name."""
        spans = [(each.start, each.end) for each in self.named(name)]
        return report.within(spans)
