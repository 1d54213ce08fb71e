"""What the doctor says about one thing."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """A line of the doctor's report: how it is, what was looked at, and what mends it."""

    level: Level
    subject: str
    detail: str
    mend: str = ""

    def __str__(self) -> str:
        text = f"{self.level:<4}  {self.subject}: {self.detail}"
        return f"{text}\n        {self.mend}" if self.mend else text
