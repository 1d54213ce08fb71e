"""A line of the doctor's report."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """The result of one check: its level, subject and detail, and how to fix it."""

    level: Level
    subject: str
    detail: str
    fix: str = ""

    def __str__(self) -> str:
        text = f"{self.level:<4}  {self.subject}: {self.detail}"
        return f"{text}\n        {self.fix}" if self.fix else text
