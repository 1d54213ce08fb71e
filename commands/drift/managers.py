"""Managers of the fields of an object, as its managedFields record them.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commands.drift.path import Item, Path

REPLICAS: Path = ("spec", "replicas")
_CONTROLLERS = "kube-controller-manager"

_Tree = Mapping[str, Any]
"""A set of fields in the form FieldsV1: `{"f:spec": {"f:replicas": {}}}`."""


@dataclass(frozen=True)
class Author:
    """The manager that changed a field, and the time."""

    manager: str
    time: datetime | None

    def __str__(self) -> str:
        return self.manager


class Managers:
    """The managers of one object's fields. `own` is the one under which the stack applies."""

    def __init__(self, live: Mapping[str, Any], own: str) -> None:
        entries: list[dict[str, Any]] = live["metadata"].get("managedFields") or []
        # What controllers report is no change of what is declared.
        entries = [entry for entry in entries if entry.get("subresource") != "status"]
        self._own = [_tree(entry) for entry in entries if _applies(entry, own)]
        self._others = [entry for entry in entries if not _applies(entry, own)]

    def owns(self, path: Path) -> bool:
        """Return whether the stack's manager set the field, as it is now."""
        return any(_has(tree, path) for tree in self._own)

    def author(self, path: Path) -> Author | None:
        """Return the other manager that owns the field or a part of it, the latest if several."""
        authors = [_author(entry) for entry in self._others if _has(_tree(entry), path)]
        return max(authors, key=_when, default=None)

    def is_autoscaled(self) -> bool:
        """Return whether an autoscaler sets the number of pods, as its controller does."""
        author = self.author(REPLICAS)
        return author is not None and author.manager.startswith(_CONTROLLERS)

    def has_none(self) -> bool:
        """Return whether the stack's manager owns nothing: the object is another one."""
        return not self._own


def without(tree: _Tree, path: Path) -> _Tree:
    """Return a set of fields without the one at `path`, and without what is empty then."""
    key = next((each for each in tree if _is_step(each, path[0])), None)
    if key is None:
        return tree
    rest = {name: inner for name, inner in tree.items() if name != key}
    if len(path) == 1:
        return rest
    inner = without(tree[key], path[1:])
    if inner == tree[key]:
        return tree
    return {name: inner if name == key else each for name, each in tree.items()} if inner else rest


def _applies(entry: Mapping[str, Any], own: str) -> bool:
    return entry.get("manager") == own and entry.get("operation") == "Apply"


def _tree(entry: Mapping[str, Any]) -> _Tree:
    return entry.get("fieldsV1") or {}


def _has(tree: _Tree, path: Path) -> bool:
    """Return whether a set of fields has the one at `path`, or an atomic field around it."""
    for step in path:
        inner = next(_steps(tree, step), None)
        if inner is None:
            return False
        if not inner:
            return True
        tree = inner
    return True


def _steps(tree: _Tree, step: str | Item) -> Iterator[_Tree]:
    if isinstance(step, str):
        if (inner := tree.get(f"f:{step}")) is not None:
            yield inner
    else:
        yield from (inner for key, inner in tree.items() if _is_step(key, step))


def _is_step(key: str, step: str | Item) -> bool:
    if isinstance(step, str):
        return key == f"f:{step}"
    return key.startswith("k:") and json.loads(key[2:]) == dict(step.keys)


def _author(entry: Mapping[str, Any]) -> Author:
    subresource = entry.get("subresource")
    name = str(entry.get("manager", "an unknown manager"))
    time = entry.get("time")
    return Author(
        f"{name} ({subresource})" if subresource else name,
        datetime.fromisoformat(time) if time else None,
    )


def _when(author: Author) -> float:
    return author.time.timestamp() if author.time else 0.0
