"""Values inside of settings that are mappings and lists: found, set and removed in copies."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from stacks.write_back.editing import Step, UnwritableError
from stacks.write_back.proposal import REMOVED


def value_at(values: Any, path: Sequence[str | int | Mapping[str, Any]]) -> Any:
    """Return the value at a path; REMOVED if there is none."""
    for step in path:
        values = _inner(values, step)
    return values


def changed(values: Any, path: Sequence[Step], value: Any) -> Any:
    """Return a copy in which the value at a path is another, or REMOVED.

    Mappings that are missing on the way are added. A mapping that a removal leaves empty stays.
    Raises UnwritableError for an entry of a list that does not exist.
    """
    step, *rest = path
    if isinstance(step, int):
        entries = cast("list[Any]", values) if isinstance(values, list) else []
        if step >= len(entries):
            raise UnwritableError(f"the stack file has no entry {step} there")
        inner = changed(entries[step], rest, value) if rest else value
        return [*entries[:step], inner, *entries[step + 1 :]]
    mapping = cast("dict[str, Any]", values or {})
    if rest:
        return {**mapping, step: changed(mapping.get(step), rest, value)}
    if value is not REMOVED:
        return {**mapping, step: value}
    if step not in mapping:
        raise UnwritableError(f"the stack file has no {step} there; it comes from elsewhere")
    return {key: each for key, each in mapping.items() if key != step}


def _inner(values: Any, step: str | int | Mapping[str, Any]) -> Any:
    if isinstance(values, Mapping):
        return cast("Mapping[Any, Any]", values).get(step, REMOVED)
    if not isinstance(values, list):
        return REMOVED
    entries = cast("list[Any]", values)
    if isinstance(step, int):
        return entries[step] if step < len(entries) else REMOVED
    if not isinstance(step, Mapping):
        return REMOVED
    found = (each for each in entries if all(each.get(key) == step[key] for key in step))
    return next(found, REMOVED)
