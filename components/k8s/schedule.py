"""The schedule of a CronJob, as the API server reads it.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_NICKNAMES = ("yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly")
_PART = re.compile(r"(?P<first>\*|\?|\w+)(-(?P<last>\w+))?(/(?P<step>\d+))?")
_LONGEST_MONTHS = {31: (1, 3, 5, 7, 8, 10, 12), 30: (4, 6, 9, 11)}


@dataclass(frozen=True)
class _Field:
    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()
    """Words for the numbers from `least` on."""

    def numbers(self, text: str) -> Iterator[int]:
        """Yield the numbers that the text of the field stands for.  Raises ValueError."""
        for part in text.split(","):
            match = _PART.fullmatch(part)
            if match is None:
                raise ValueError(f"{self.name} {part!r} is neither a number, a range nor `*`")
            step = int(match["step"] or 1)
            is_any = match["first"] in "*?"
            if step == 0 or (is_any and match["last"]):
                raise ValueError(f"{self.name} {part!r} is no range")
            first = self.least if is_any else self._number(match["first"])
            last = first if not (is_any or match["step"]) else self.most
            last = self._number(match["last"]) if match["last"] else last
            if first > last:
                raise ValueError(f"{self.name} {part!r} ends before it begins")
            yield from range(first, last + 1, step)

    def _number(self, text: str) -> int:
        word = text.lower()
        number = self.least + self.words.index(word) if word in self.words else None
        if number is None and text.isdecimal():
            number = int(text)
        if number is None or not self.least <= number <= self.most:
            raise ValueError(f"{self.name} {text} is not from {self.least} to {self.most}")
        return number


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, tuple(_MONTHS)),
    _Field("day of the week", 0, 6, tuple(_DAYS)),
)


def due_schedule(text: str) -> str:
    """Return a schedule that comes due.  Raises ValueError for others."""
    if text.startswith("@"):
        if text[1:] in _NICKNAMES:
            return text
        raise ValueError(f"it is none of {', '.join(f'@{name}' for name in _NICKNAMES)}")
    texts = text.split(" ")
    numbers = [set(field.numbers(own)) for field, own in zip(_FIELDS, texts, strict=True)]
    _, _, days, months, _ = numbers
    if texts[4] in ("*", "?") and not any(_has(month, min(days)) for month in months):
        raise ValueError(f"none of its months has a day {min(days)}")
    return text


def known_time_zone(name: str) -> str:
    """Return the name of a time zone.  Raises ValueError for others.

    Where this machine has no list of them, the API server has.
    """
    known = _time_zones()
    if not name or name.lower() == "local" or (known and name not in known):
        raise ValueError(f"{name!r} is no time zone of the IANA list")
    return name


@cache
def _time_zones() -> set[str]:
    """Return the names of this machine's list, which is some hundred files."""
    return available_timezones()


def _has(month: int, day: int) -> bool:
    longest = next((days for days, months in _LONGEST_MONTHS.items() if month in months), 29)
    return day <= longest
