"""Parts of objects of the API, which leave out what is empty."""

from collections.abc import Mapping
from typing import Any, cast

Details = Mapping[str, Any]
"""An object, or a part of one, as JSON."""


NOTHING: Details = {}
"""A part that is missing."""


def part(details: Details, *keys: str) -> Details:
    """Return an inner object; an empty one where any of the keys is missing."""
    for key in keys:
        details = cast("Details", details.get(key) or {})
    return details


def entries(details: Details, *keys: str) -> list[Details]:
    """Return an inner list of objects; an empty one where any of the keys is missing."""
    *outer, last = keys
    return cast("list[Details]", part(details, *outer).get(last) or [])
