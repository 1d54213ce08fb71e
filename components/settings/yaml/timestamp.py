"""Timestamps of YAML, which Go's library takes for times and Pulumi for texts again."""

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Self

_TIMESTAMP = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"((?P<between>[tT]| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})"
    r"([.,](?P<fraction>[0-9]+))?(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?"
)


@dataclass(frozen=True)
class Timestamp:
    """A date and a time, in the parts that Go prints."""

    date: str
    time: str
    """Hours, minutes, seconds, and the fraction of a second unless that is 0."""

    zone: str
    """Distance to UTC, such as `+0200`."""

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the timestamp that a text is; None for any other text."""
        match = _TIMESTAMP.fullmatch(text)
        if match is None:
            return None
        parts = match.groupdict()
        # A zone belongs to a `T` between date and time, and to nothing else.
        if (parts["zone"] is not None) != (parts["between"] in ("t", "T")):
            return None
        names = ("year", "month", "day", "hour", "minute", "second")
        year, month, day, hour, minute, second = (int(parts[name] or 0) for name in names)
        zone = "+0000" if parts["zone"] in (None, "Z") else parts["zone"].replace(":", "")
        if zone == "-0000":
            zone = "+0000"
        sound = (
            1 <= month <= 12
            and 1 <= day <= _days(year, month)
            and hour < 24
            and minute < 60
            and second < 60
            and int(zone[1:3]) < 24
            and int(zone[3:]) < 60
        )
        if not sound:
            return None
        fraction = (parts["fraction"] or "")[:9].rstrip("0")
        time = f"{hour:02}:{minute:02}:{second:02}" + (f".{fraction}" if fraction else "")
        return cls(f"{year:04}-{month:02}-{day:02}", time, zone)

    @property
    def rfc3339(self) -> str:
        """The timestamp as Go writes it to YAML and JSON."""
        zone = "Z" if self.zone == "+0000" else f"{self.zone[:3]}:{self.zone[3:]}"
        return f"{self.date}T{self.time}{zone}"

    def __str__(self) -> str:
        """Return the timestamp as Go prints it; the zone has a name where it is UTC or local."""
        name = "UTC" if self.zone == "+0000" else self._local_name or self.zone
        return f"{self.date} {self.time} {self.zone} {name}"

    @property
    def _local_name(self) -> str | None:
        """Name of this machine's zone, if that had the timestamp's distance to UTC then."""
        sign = -1 if self.zone[0] == "-" else 1
        distance = sign * timedelta(hours=int(self.zone[1:3]), minutes=int(self.zone[3:]))
        try:
            moment = datetime.fromisoformat(f"{self.date}T{self.time[:8]}")
            local = moment.replace(tzinfo=timezone(distance)).astimezone()
        except (ValueError, OverflowError, OSError):
            return None  # years that Python's calendar does not have
        return local.tzname() if local.utcoffset() == distance else None


def _days(year: int, month: int) -> int:
    """Return the days of a month; Python's calendar begins with the year 1."""
    return calendar.monthrange(year or 4, month)[1]
