"""Times as the API writes them."""

from datetime import UTC, datetime

LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Time of what has none."""


def parsed(text: str | None) -> datetime:
    """Return a time of the API; `LONG_AGO` where it has none."""
    return LONG_AGO if not text else datetime.fromisoformat(text).astimezone(UTC)
