"""Parts of objects, which may be absent."""

from collections.abc import Mapping
from typing import Any, cast

Part = Mapping[str, Any]


def section(part: Part, *keys: str) -> Part:
    """Return the mapping below these keys; an empty one if it is absent, or no mapping."""
    for key in keys:
        value = part.get(key)
        part = cast("Part", value) if isinstance(value, Mapping) else {}
    return part


def items(part: Part, key: str) -> list[Any]:
    """Return the list below a key; an empty one if it is absent."""
    return cast("list[Any] | None", part.get(key)) or []
