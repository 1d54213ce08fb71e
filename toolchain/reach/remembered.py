"""The last certain answer of each source, kept in the cache for times when none can be had."""

import contextlib
import datetime as dt
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolchain.reach.answer import Answer

_FILE = "reach.json"


@dataclass(frozen=True)
class Kept:
    """A certain answer, and its day."""

    is_present: bool
    day: str


@dataclass
class Remembered:
    """The last certain answers, by source; those of this run replace the earlier ones."""

    folder: Path
    answers: dict[str, Kept] = field(default_factory=dict[str, Kept])

    @classmethod
    def load(cls, folder: Path) -> "Remembered":
        """Read the answers in a cache; a missing or damaged file is as good as none."""
        try:
            document: dict[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
            answers = {source: Kept(**kept) for source, kept in document.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            answers = {}
        return cls(folder, answers)

    def last(self, source: str) -> Kept | None:
        """Return the last certain answer of a source."""
        return self.answers.get(source)

    def note(self, source: str, answer: Answer) -> None:
        """Keep an answer, if it is certain."""
        if answer.state != "unknown":
            day = dt.datetime.now(tz=dt.UTC).date().isoformat()
            self.answers[source] = Kept(answer.state == "present", day)

    def save(self) -> None:
        """Write the answers; where that is impossible, the next set-up does without them."""
        text = json.dumps({source: vars(kept) for source, kept in sorted(self.answers.items())})
        fresh = self.folder / f".{_FILE}.{os.getpid()}"
        with contextlib.suppress(OSError):
            fresh.write_text(f"{text}\n", encoding="utf-8")
            fresh.replace(self.folder / _FILE)
