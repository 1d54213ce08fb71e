"""What was measured, and in the same run beside what; for a terminal and for a document."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.table import Table

_HEAD = ("what", "measured", "beside", "measured", "ratio", "goal")


@dataclass(frozen=True)
class Row:
    """Rounds of one thing, and of another one in turns with it."""

    what: str
    beside: str
    ours: list[float] = field(default_factory=list[float])
    others: list[float] = field(default_factory=list[float])
    goal: float | None = None
    """The largest ratio that is aimed at."""

    unit: str = "s"

    @property
    def ratio(self) -> float:
        """The median of ours in medians of the others."""
        return statistics.median(self.ours) / statistics.median(self.others)

    @property
    def cells(self) -> tuple[str, ...]:
        """What a table shows: medians with their spread, the ratio and the goal."""
        goal = "" if self.goal is None else f"{self.goal:.2f}"
        ours, others = self._shown(self.ours), self._shown(self.others)
        return self.what, ours, self.beside, others, f"{self.ratio:.2f}", goal

    def _shown(self, rounds: Sequence[float]) -> str:
        digits = 1 if self.unit == "s" else 0
        median, least, most = statistics.median(rounds), min(rounds), max(rounds)
        spread = "" if len(rounds) == 1 else f" ({least:.{digits}f} to {most:.{digits}f})"
        return f"{median:.{digits + (self.unit == 's')}f} {self.unit}{spread}"


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
