"""Differences between two deployments: what Pulumi's engine would do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..checks.finding import Path, text
from ..checks.immutable import immutable_problems
from .errors import ProtectedResource
from .resource import Resource, steps
from .values import Values, leaves

_IDENTITY = ("metadata.name", "metadata.namespace")


@dataclass(frozen=True)
class Changes:
    """Names of resources by what happens to them, in the order of their URNs."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    """Those whose immutable fields or `replace_on_changes` differ."""
    deleted: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Places of inputs that differ, by the name of the resource."""

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.replaced or self.deleted)


def predecessor(resource: Resource, before: Mapping[str, Resource]) -> Resource | None:
    """Return what the resource was in the deployment before: by its URN, or by an alias."""
    for urn in (resource.urn, *resource.aliases):
        if urn in before:
            return before[urn]
    return None


def kept(resource: Resource, old: Resource | None) -> Resource:
    """Return a resource with the old values of inputs under `ignore_changes`."""
    if old is None or not resource.ignore_changes:
        return resource
    plain = resource.inputs
    for path in resource.ignore_changes:
        value = old.inputs if path == "*" else _with(plain, steps(path), old.get(path))
        plain = value
    return replace(resource, values=Values(plain, resource.values.secrets))


def _with(value: Any, path: Path, new: Any) -> Any:
    """Return a value that has another one at a place; None takes it away."""
    first, *inner = path
    if isinstance(value, list) and isinstance(first, int) and first < len(value):  # pyright: ignore[reportUnknownArgumentType]
        items: list[Any] = [*value]
        items[first] = _with(items[first], tuple(inner), new) if inner else new
        return items
    made: dict[Any, Any] = dict(value) if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownArgumentType]
    if inner:
        made[first] = _with(made.get(first), tuple(inner), new)
    elif new is None:
        made.pop(first, None)
    else:
        made[first] = new
    return made


def changes(resources: Iterable[Resource], before: Iterable[Resource]) -> Changes:
    """Return what an update does.

    Raises ProtectedResource if it deletes or replaces a resource that was protected.
    """
    old = {each.urn: each for each in before if not each.is_read}
    gone = dict(old)
    groups: dict[str, list[str]] = {"created": [], "updated": [], "replaced": [], "same": []}
    fields: dict[str, tuple[str, ...]] = {}
    for each in resources:
        previous = None if each.is_read else predecessor(each, old)
        if each.is_read:
            continue
        if previous is None:
            groups["created"].append(each.name)
            continue
        gone.pop(previous.urn, None)
        paths = tuple(differences(previous.inputs, each.inputs))
        is_replaced = bool(paths) and _is_replaced(previous, each, paths)
        if is_replaced and previous.protect:
            _refuse(previous, "replaced", f": {', '.join(paths)}")
        group = "replaced" if is_replaced else "updated" if paths else "same"
        groups[group].append(each.name)
        if paths:
            fields[each.name] = paths
    for each in gone.values():
        if each.protect:
            _refuse(each, "deleted", "")
    names = {group: tuple(found) for group, found in groups.items()}
    return Changes(deleted=tuple(each.name for each in gone.values()), fields=fields, **names)


def _refuse(resource: Resource, what: str, why: str) -> None:
    raise ProtectedResource(
        f"{resource.type} {resource.name} is protected and would be {what}{why}; "
        "deploy it with `protect=False` first"
    )


def differences(old: Any, new: Any) -> Iterator[str]:
    """Yield the places of values that differ."""
    before, after = dict(leaves(old)), dict(leaves(new))
    for path in sorted(before.keys() | after.keys(), key=text):
        if path not in before or path not in after or before[path] != after[path]:
            yield text(path)


def _is_replaced(old: Resource, new: Resource, paths: tuple[str, ...]) -> bool:
    if any(_is_below(path, field) for path in paths for field in new.replace_on_changes):
        return True
    if not new.is_object:
        return False
    if any(path in _IDENTITY for path in paths):
        return True
    return any(True for _ in immutable_problems(old.manifest, new.manifest))


def _is_below(path: str, field: str) -> bool:
    return field == "*" or path == field or path.startswith((f"{field}.", f"{field}["))
