"""What became of the requests of a load."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from .sample import Sample

_SHOWN = 5


@dataclass(frozen=True)
class Report:
    """Requests, and figures about them; seconds count from when each was due."""

    samples: Sequence[Sample]

    @property
    def sent(self) -> int:
        """Number of requests."""
        return len(self.samples)

    @cached_property
    def lost(self) -> int:
        """Number of requests that were not answered, not even after those tries that a client
        may make."""
        return sum(bool(each.lost) for each in self.samples)

    @cached_property
    def retried(self) -> int:
        """Number of requests that a client without retries would have lost besides."""
        return sum(bool(each.retried) and not each.lost for each in self.samples)

    @cached_property
    def reasons(self) -> list[tuple[str, int]]:
        """The most frequent reasons of losses and retries, with their numbers."""
        found = (
            each.lost or f"retried: {each.retried}"
            for each in self.samples
            if each.lost or each.retried
        )
        return Counter(found).most_common(_SHOWN)

    @cached_property
    def longest_wait(self) -> float:
        """The longest time by which the generator was late, in seconds."""
        return max((each.late for each in self.samples), default=0.0)

    def seconds(self, share: float) -> float:
        """Return the seconds within which this share of the requests ended: 0.99 for p99."""
        if not self.samples:
            return 0.0
        return self._sorted[min(int(len(self._sorted) * share), len(self._sorted) - 1)]

    def of(self, *loads: str) -> Self:
        """Return the part of some loads."""
        return type(self)([each for each in self.samples if each.load in loads])

    def within(self, spans: Sequence[tuple[float, float]]) -> Self:
        """Return the part that was due in any of these spans of `time.monotonic()`."""
        inside = [
            each for each in self.samples if any(start <= each.due < end for start, end in spans)
        ]
        return type(self)(inside)

    def text(self) -> str:
        """Return a line for each load, and the reasons of losses."""
        names = dict.fromkeys(each.load for each in self.samples)
        return "\n".join(line for name in names for line in _lines(name, self.of(name)))

    @cached_property
    def _sorted(self) -> list[float]:
        return sorted(each.seconds for each in self.samples)


def _lines(name: str, report: Report) -> list[str]:
    milliseconds = {share: 1000 * report.seconds(share) for share in (0.5, 0.99, 1)}
    latency = ", ".join(f"p{share * 100:g} {ms:.1f} ms" for share, ms in milliseconds.items())
    line = (
        f"{name}: {report.sent} sent, {report.lost} lost, {report.retried} retried, {latency}, "
        f"sent late by {report.longest_wait * 1000:.0f} ms at most"
    )
    return [line, *(f"    {count} times: {reason}" for reason, count in report.reasons)]
