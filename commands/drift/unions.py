"""Fields that exclude each other, and fields that stop updates.

Server-side apply sets the declared one beside the other manager's, which the API server refuses
(`may not specify more than one`), or leaves the field that stops the object.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from commands.drift.path import Item, Path

Patch = tuple[Mapping[str, Any], ...]

_HANDLERS = ("exec", "grpc", "httpGet", "sleep", "tcpSocket")
_MEMBERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("livenessProbe", "readinessProbe", "startupProbe"), _HANDLERS),
    **dict.fromkeys(("postStart", "preStop"), _HANDLERS),
    "env": ("value", "valueFrom"),
    "spec": ("maxUnavailable", "minAvailable"),
    "valueFrom": ("configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef"),
}
"""Fields of which at most one may be set, by the field around them.

A disruption budget is the only kind with the last two in its `spec`.
"""
_STRATEGIES = ("strategy", "updateStrategy")
_STOPPING: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "CronJob": (("spec", "suspend"),),
    "Deployment": (("spec", "paused"),),
    "StatefulSet": (("spec", "updateStrategy", "rollingUpdate", "partition"),),
}


def contradictions(
    path: Path, declared: Mapping[str, Any], live: Mapping[str, Any], pointer: str
) -> Iterator[tuple[str, Patch]]:
    """Yield the undeclared fields that exclude a declared one, with the JSON Patch for each.

    `path` and `pointer` are those of both mappings. The patch sets the declared field too, as
    many objects are valid only with one of both.
    """
    members = _members(path, declared, live)
    wanted = [member for member in members if member in declared]
    if not wanted and not _is_strategy(path):
        return
    for member in members:
        if member in live and member not in declared:
            yield (
                member,
                (
                    {"op": "remove", "path": f"{pointer}/{escaped(member)}"},
                    *(_set(pointer, each, declared[each]) for each in _needed(path, declared)),
                    *(_set(pointer, each, declared[each]) for each in wanted if each not in live),
                ),
            )


def namesake(entry: Mapping[str, Any], others: Mapping[Item, Any]) -> Item | None:
    """Return the item with the name of a declared one under another key.

    A port whose number was changed: both cannot be in one list.
    """
    name = entry.get("name")
    return next((key for key, other in others.items() if name and other.get("name") == name), None)


def in_place_of(pointer: str, entry: Mapping[str, Any], other: Mapping[str, Any]) -> Patch:
    """Return the JSON Patch that makes an item the declared one; the rest of it stays."""
    return ({"op": "replace", "path": pointer, "value": {**other, **entry}},)


def stopping(
    declared: Mapping[str, Any], live: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the fields with which an object does nothing any more, and that are not declared."""
    for path in _STOPPING.get(str(declared["kind"]), ()):
        if (value := _at(live, path)) and _at(declared, path) is None:
            yield path, value


def escaped(key: str) -> str:
    """Return a key as a part of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _members(path: Path, declared: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[str, ...]:
    if _is_strategy(path):
        return () if declared.get("type") in (None, "RollingUpdate") else ("rollingUpdate",)
    field = _around(path)
    if field == "volumes":
        return tuple(sorted({*declared, *live} - {"name"}))
    return _MEMBERS.get(field, ())


def _around(path: Path) -> str:
    """Return the name of the field, or of the list of which it is an item."""
    if len(path) > 1 and isinstance(path[-1], Item):
        return str(path[-2])
    # `value` of an environment, but not a container that is called so.
    return str(path[-1]) if path and path[-1] != "env" else ""


def _is_strategy(path: Path) -> bool:
    return bool(path) and path[-1] in _STRATEGIES


def _needed(path: Path, declared: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what has to change with the strategy's own fields: its type."""
    return ("type",) if _is_strategy(path) and "type" in declared else ()


def _set(pointer: str, member: str, value: Any) -> Mapping[str, Any]:
    return {"op": "add", "path": f"{pointer}/{escaped(member)}", "value": value}


def _at(manifest: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = manifest
    for name in path:
        if not isinstance(value, dict):
            return None
        value = cast("dict[str, Any]", value).get(name)
    return value
