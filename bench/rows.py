"""Seconds of one thing, measured here and with the program by hand in turns."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.table import Table


@dataclass(frozen=True)
class Row:
    """What was measured, the seconds of each round, and the ratio that is the goal."""

    what: str
    ours: list[float] = field(default_factory=list[float])
    by_hand: list[float] = field(default_factory=list[float])
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """The median of ours, in medians by hand."""
        return statistics.median(self.ours) / statistics.median(self.by_hand)

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """What a table shows of it: medians with their spread, the ratio and the goal."""
        goal = "" if self.goal is None else f"{self.goal:.2f}"
        return self.what, _seconds(self.ours), _seconds(self.by_hand), f"{self.ratio:.2f}", goal


_HEAD = ("what", "Slipway", "by hand", "ratio", "goal")


def table(rows: Sequence[Row]) -> Table:
    """Return rows for a terminal."""
    shown = Table(*_HEAD, box=None, pad_edge=False)
    for row in rows:
        shown.add_row(*row.cells)
    return shown


def markdown(rows: Sequence[Row]) -> str:
    """Return rows for a document."""
    lines = [_HEAD, ("---",) * len(_HEAD), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _seconds(rounds: Sequence[float]) -> str:
    return f"{statistics.median(rounds):.2f} s ({min(rounds):.2f} to {max(rounds):.2f})"
