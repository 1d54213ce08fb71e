"""Differences between two values of JSON, field by field."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from commands.drift.path import Path, item, text


class Unset:
    """The value of a field that is not there."""

    def __repr__(self) -> str:
        return "unset"


UNSET: Final = Unset()
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Text with which a preview stands for a value that only the update knows.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
"""
SECRET = "[secret]"
"""Text with which a preview stands for a secret value."""


@dataclass(frozen=True)
class Difference:
    """A field with its values before and after; UNSET where there is none."""

    path: Path
    before: Any
    after: Any

    @property
    def field(self) -> str:
        """The path as users write it: `spec.containers[web].image`."""
        return text(self.path)


def differences(before: Any, after: Any, path: Path = ()) -> Iterator[Difference]:
    """Yield the fields that differ; items of lists are found by their merge keys.

    Keys that begin with two underscores are Pulumi's own bookkeeping, and left out.
    """
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        old, new = cast("dict[str, Any]", before), cast("dict[str, Any]", after)
        for key in sorted(old.keys() | new.keys()):
            if not key.startswith("__"):
                yield from differences(old.get(key, UNSET), new.get(key, UNSET), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and path:
        yield from _of_lists(cast("list[Any]", before), cast("list[Any]", after), path)
    else:
        yield Difference(path, before, after)


def shown(value: object) -> str:
    """Return a value for a person: short, and in one line."""
    if value is UNSET:
        return "unset"
    if holds_unknown(value):
        return "known after the update"
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def holds_unknown(value: object) -> bool:
    """Return whether a value, or a part of it, is known only to the update."""
    match value:
        case str():
            return UNKNOWN in value
        case Mapping():
            return any(map(holds_unknown, cast("Mapping[str, object]", value).values()))
        case list():
            return any(map(holds_unknown, cast("list[object]", value)))
        case _:
            return False


_LONGEST = 90


def _of_lists(before: Sequence[Any], after: Sequence[Any], path: Path) -> Iterator[Difference]:
    old, new = _by_keys(before, path), _by_keys(after, path)
    if old is None or new is None:
        yield Difference(path, list(before), list(after))
        return
    same = [key for key in old if key in new]
    if same != [key for key in new if key in old]:
        yield Difference(path, list(before), list(after))  # the order alone differs, or as well
        return
    for key in (*old, *(each for each in new if each not in old)):
        yield from differences(old.get(key, UNSET), new.get(key, UNSET), (*path, key))


def _by_keys(entries: Sequence[Any], path: Path) -> dict[Any, Any] | None:
    """Return the entries of a list by their merge keys; None where one has none, or not alone."""
    found = {item(path, entry): entry for entry in entries}
    return None if None in found or len(found) != len(entries) else found
