"""Changes by hand that the stack takes over: the fields become its own, with the values they have.

Without it the next `make up` would set back what the stack file has declared since, and then roll
it out again, as it compares the cluster with the state.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from commands import state
from commands.cluster import Cluster
from commands.drift.comparison import Change
from commands.drift.declared import Declared, Place
from commands.drift.findings import Finding
from commands.drift.managers import without
from commands.drift.patching import Operation, patch
from commands.drift.path import Item, Path, item
from commands.drift.repair import apply, to_be_applied
from commands.drift.values import MISSING


@dataclass(frozen=True)
class Adopted:
    """An object with those of its changes that the stack file declares now."""

    finding: Finding
    changes: tuple[Change, ...]


def adopt(cluster: Cluster, adopted: Sequence[Adopted], plain: Mapping[Place, Declared]) -> None:
    """Make the stack's manager the only one of the fields; their values stay.

    `plain` are the objects as the state declares them, with plain secrets. Raises CommandError in
    the words of the API server for what it refuses.
    """
    for each in adopted:
        _take(cluster, each)
    apply(cluster, [_applied(each, plain) for each in adopted])


def in_state(deployment: Mapping[str, Any], adopted: Iterable[Adopted]) -> dict[str, Any]:
    """Return a state in which the objects have the adopted values; secrets stay as they are."""
    changed: dict[str, Any] = copy.deepcopy(dict(deployment))
    by_urn = {each["urn"]: each for each in state.resources(changed, "")}
    for each in adopted:
        resource: Any = by_urn[each.finding.declared.urn]
        outputs: dict[str, Any] = resource.get("outputs") or {}
        # The provider compares with the copy of the inputs that it keeps among its outputs.
        for copy_of_it in (resource.get("inputs"), outputs, outputs.get("__inputs")):
            for change in each.changes:
                _set(copy_of_it, change)
    return changed


def _applied(adopted: Adopted, plain: Mapping[Place, Declared]) -> Declared:
    """Return the object with what is adopted, and without what was changed besides.

    What is left out stays as it is, with the manager that changed it.
    """
    declared = to_be_applied(adopted.finding, plain)
    manifest: dict[str, Any] = copy.deepcopy(dict(declared.manifest))
    for change in adopted.finding.changes:
        if change in adopted.changes:
            _set(manifest, change)
        elif change.declared is not MISSING:
            _put(manifest, change.path, MISSING)
    return replace(declared, manifest=manifest)


def _take(cluster: Cluster, adopted: Adopted) -> None:
    """Remove the fields from what other managers own: those would keep them for ever."""
    declared = adopted.finding.declared
    paths = [change.at or change.path for change in adopted.changes]

    def operations(live: Mapping[str, Any]) -> list[Operation]:
        made: list[Operation] = []
        entries: list[Mapping[str, Any]] = live["metadata"].get("managedFields") or []
        for index in reversed(range(len(entries))):  # what is removed moves those after it
            before: Mapping[str, Any] = entries[index].get("fieldsV1") or {}
            after = before
            if entries[index].get("subresource") != "status":
                for path in paths:
                    after = without(after, path)
            place = f"/metadata/managedFields/{index}"
            if after != before and not after:
                made.append({"op": "remove", "path": place})
            elif after != before:
                made.append({"op": "replace", "path": f"{place}/fieldsV1", "value": after})
        return made

    patch(cluster, declared, operations, live=adopted.finding.live)


def _set(manifest: Any, change: Change) -> None:
    """Give a manifest the live value; of a field in place of others, these go."""
    if change.declared is MISSING and change.path[-1] == "value":
        last = change.path[-2]
        if isinstance(last, Item):  # a variable has either a value or a source of one
            _put(manifest, change.path[:-1], {**dict(last.keys), "value": change.live})
    else:
        _put(manifest, change.path, _as_declared(change))


def _as_declared(change: Change) -> Any:
    """Return the live value; of a mapping, the fields that the stack declares."""
    declared, live = change.declared, change.live
    if not isinstance(declared, dict) or not isinstance(live, dict):
        return live
    fields = cast("dict[str, Any]", live)
    return {key: fields[key] for key in cast("dict[str, Any]", declared) if key in fields}


def _put(holder: Any, path: Path, value: Any) -> None:
    """Set or remove the value at a path; nothing where the path leads nowhere."""
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        if not isinstance(holder, dict):
            return
        mapping = cast("dict[str, Any]", holder)
        if rest:
            inner = mapping.get(step)
            if isinstance(inner, list) and isinstance(rest[0], Item):
                _put_item(cast("list[Any]", inner), step, rest, value)
            else:
                _put(inner, rest, value)
        elif value is MISSING:
            mapping.pop(step, None)
        else:
            mapping[step] = value


def _put_item(entries: list[Any], field: str, path: Path, value: Any) -> None:
    wanted, rest = path[0], path[1:]
    for index, entry in enumerate(entries):
        if item((field,), entry) == wanted:
            if rest:
                _put(entry, rest, value)
            elif value is MISSING:
                del entries[index]
            else:
                entries[index] = value
            return
