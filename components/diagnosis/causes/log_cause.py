"""Causes that a process writes into its log before it ends."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ..trouble import Finding, Patience

_LINES = 5
"""Lines at the end of a log among which is the one that shows why its process ended."""

_OF_TRACE = re.compile(r"\s|[}\])]|at |Emitted |Node\.js v|goroutine |[\w./*()]+\(.*\)$")
"""Beginning of a line that belongs to the trace of a stack, in Node.js, Java, Python or Go."""


class Reason(NamedTuple):
    """Reason that a line shows, in words."""

    because: str
    """Continues a sentence that names the end of the process."""

    explanation: str
    next_step: str

    def finding(self, end: str) -> Finding:
        """Return the finding of a process that ended for this reason."""
        return Finding(f"{end}: {self.because}", self.explanation, self.next_step)


@dataclass(frozen=True)
class LogCause:
    """Cause that is known by the words of one line."""

    key: str
    patience: Patience
    pattern: re.Pattern[str]
    describe: Callable[[str], Reason]


def is_of_trace(line: str) -> bool:
    """Return whether a line of a log belongs to the trace of a stack."""
    return _OF_TRACE.match(line) is not None


def shown_in(lines: Iterable[str], causes: Iterable[LogCause]) -> tuple[LogCause, Reason] | None:
    """Return what the lines of a log show; None if they show no known cause.

    The end of the log counts, traces of the stack apart: what a process survives is further above.
    """
    table = tuple(causes)
    telling = [line for line in lines if line.strip() and not is_of_trace(line)]
    for line in reversed(telling[-_LINES:]):
        for cause in table:
            if cause.pattern.search(line):
                return cause, cause.describe(line)
    return None
