"""Parts of objects, which may be absent."""

from collections.abc import Mapping
from typing import Any, cast

Part = Mapping[str, Any]


def section(part: Part, *keys: str) -> Part:
    """Return the mapping below these keys; an empty one if it is absent."""
    for key in keys:
        part = cast("Part | None", part.get(key)) or {}
    return part


def items(part: Part, key: str) -> list[Any]:
    """Return the list below a key; an empty one if it is absent."""
    return cast("list[Any] | None", part.get(key)) or []
