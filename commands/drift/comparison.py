"""The comparison of a declared object with the one in the cluster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from commands.drift import unions
from commands.drift.managers import REPLICAS, Author, Managers
from commands.drift.path import Item, Path, item
from commands.drift.values import HIDDEN, MISSING, equal, is_measured

_EXACT = (
    "labelSelector", "matchLabels", "namespaceSelector", "nodeSelector", "podSelector", "selector",
)  # fmt: skip
"""Selectors, in which one more label changes what is selected."""
_METADATA = ("annotations", "labels")
_UNFINISHED = "slipway.dev/unfinished-rollout"
UNFINISHED: Path = ("metadata", "annotations", _UNFINISHED)
"""What a workload has while a version of it is rolled out, and keeps where that was killed."""


@dataclass(frozen=True)
class Change:
    """A field that is not as the state declares it.

    `declared` is MISSING for a field that contradicts what is declared, `live` for one that was
    removed. `patch` is the JSON Patch that undoes what server-side apply would leave.
    """

    path: Path
    declared: Any
    live: Any
    at: Path | None = None
    """Path of the live field, where that is another."""

    author: Author | None = None
    patch: tuple[Mapping[str, Any], ...] = ()


def changes(declared: Mapping[str, Any], live: Mapping[str, Any], manager: str) -> list[Change]:
    """Return the fields that were changed in the cluster, each with who changed it.

    A field that `manager` owns is as the stack applied it last, unless a rollout was killed then.
    Others are compared; what the manifest does not declare is another's, except where it
    contradicts.
    """
    managers = Managers(live, manager)
    is_secret = declared["kind"] == "Secret"
    found = [
        *_metadata(declared, live),
        *_mapping(_content(declared), _content(live), (), ""),
        *_contradicting(declared, live),
    ]
    if unfinished := _annotations(live).get(_UNFINISHED):
        return [Change(UNFINISHED, MISSING, unfinished), *found]
    return [
        replace(each, author=managers.author(each.at or each.path))
        for each in found
        if _was_changed(each, managers, is_secret=is_secret)
    ]


def _was_changed(change: Change, managers: Managers, *, is_secret: bool) -> bool:
    """Return whether another than the stack made a difference."""
    if change.declared is MISSING:
        return True
    if change.path == REPLICAS and managers.is_autoscaled():
        return False
    if change.declared is HIDDEN or (is_secret and change.path[0] == "data"):
        # What cannot be compared was changed if another manager wrote it. Of a Secret the
        # stack's manager owns `stringData`, which the API server turns into `data`.
        written = managers.author(change.path) is not None or managers.has_none()
        return written or change.live is MISSING
    return not managers.owns(change.path)


def _content(manifest: Mapping[str, Any]) -> dict[str, Any]:
    left_out = ("apiVersion", "kind", "metadata", "status")
    return {key: value for key, value in manifest.items() if key not in left_out}


def _annotations(live: Mapping[str, Any]) -> Mapping[str, str]:
    return live["metadata"].get("annotations") or {}


def _metadata(declared: Mapping[str, Any], live: Mapping[str, Any]) -> Iterator[Change]:
    for part in _METADATA:
        wanted: dict[str, Any] = declared["metadata"].get(part) or {}
        current: dict[str, Any] = live["metadata"].get(part) or {}
        yield from _mapping(wanted, current, ("metadata", part), f"/metadata/{part}")


def _mapping(
    declared: Mapping[str, Any], live: Mapping[str, Any], path: Path, pointer: str
) -> Iterator[Change]:
    for key, value in declared.items():
        inner = live.get(key, MISSING)
        place = (*path, key)
        if value is HIDDEN or inner is MISSING:
            if value is HIDDEN or not equal(value, MISSING):
                yield Change(place, value, inner)
        elif key in _EXACT:
            if value != inner:
                yield Change(place, value, inner)
        else:
            yield from _value(value, inner, place, f"{pointer}/{unions.escaped(key)}")


def _value(declared: Any, live: Any, path: Path, pointer: str) -> Iterator[Change]:
    if isinstance(declared, dict) and isinstance(live, dict):
        wanted, current = cast("dict[str, Any]", declared), cast("dict[str, Any]", live)
        for member, patch in unions.contradictions(path, wanted, current, pointer):
            yield Change((*path, member), MISSING, current[member], patch=patch)
        yield from _mapping(wanted, current, path, pointer)
    elif isinstance(declared, list) and isinstance(live, list):
        yield from _list(cast("list[Any]", declared), cast("list[Any]", live), path, pointer)
    elif not _equal(declared, live, path):
        yield Change(path, declared, live)


def _list(declared: list[Any], live: list[Any], path: Path, pointer: str) -> Iterator[Change]:
    if any(item(path, entry) for entry in declared):
        yield from _items(declared, live, path, pointer)
    elif path[-1] == "finalizers":
        if not set(declared) <= set(live):
            yield Change(path, declared, live)
    elif not _equal(declared, live, path):
        yield Change(path, declared, live)


def _items(declared: list[Any], live: list[Any], path: Path, pointer: str) -> Iterator[Change]:
    places: dict[Item, int] = {
        key: index for index, entry in enumerate(live) if (key := item(path, entry)) is not None
    }
    wanted = {key: entry for entry in declared if (key := item(path, entry)) is not None}
    others = {key: live[index] for key, index in places.items() if key not in wanted}
    for key, entry in wanted.items():
        place = (*path, key)
        if key in places:
            yield from _value(entry, live[places[key]], place, f"{pointer}/{places[key]}")
        elif (other := unions.namesake(entry, others)) is not None:
            patch = unions.in_place_of(f"{pointer}/{places[other]}", entry, others[other])
            yield Change(place, entry, others[other], at=(*path, other), patch=patch)
        else:
            yield Change(place, entry, MISSING)


def _equal(declared: Any, live: Any, path: Path) -> bool:
    measured = any(isinstance(step, str) and is_measured(step) for step in path)
    return equal(declared, live, measured=measured)


def _contradicting(declared: Mapping[str, Any], live: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what nobody declares and what stops every update, such as a paused rollout."""
    for path, value in unions.stopping(declared, live):
        pointer = "".join(f"/{step}" for step in path)
        yield Change(path, MISSING, value, patch=({"op": "remove", "path": pointer},))
