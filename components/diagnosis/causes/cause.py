"""A cause: its key, its patience, and the function that recognises it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..trouble import Finding, Patience

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Cause(Generic[Subject]):
    """A cause that is recognised in a container, a pod or a workload."""

    key: str
    patience: Patience
    recognise: Callable[[Subject], Finding | None]
    """Returns the finding, or None if it is another cause."""


@dataclass(frozen=True)
class Words(Generic[Subject]):
    """Words of a message by which a cause is known."""

    key: str
    patience: Patience
    pattern: re.Pattern[str]
    describe: Callable[[re.Match[str], Subject], Finding]

    def cause(self, text: Callable[[Subject], str]) -> Cause[Subject]:
        """Return the cause that looks for these words in a text of its subject."""

        def recognise(subject: Subject) -> Finding | None:
            match = self.pattern.search(text(subject))
            return self.describe(match, subject) if match else None

        return Cause(self.key, self.patience, recognise)


def words(pattern: str) -> re.Pattern[str]:
    """Return a pattern that ignores case."""
    return re.compile(pattern, re.IGNORECASE)


def first(
    causes: Iterable[Cause[Subject]], subject: Subject
) -> tuple[Cause[Subject], Finding] | None:
    """Return the first cause that recognises its subject, with what it found."""
    for cause in causes:
        if finding := cause.recognise(subject):
            return cause, finding
    return None
