"""Differences between an approved plan and the one of now, in words."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from commands.plan.differences import UNSET, differences, shown
from commands.plan.document import PARTS, Plan, differing

_Part = Mapping[str, Any]
_MOST = 40
_WORDS = {
    "create": "be created",
    "update": "be updated",
    "replace": "be replaced",
    "delete": "be deleted",
    "same": "stay as it is",
}


def comparison(approved: Plan, current: Plan) -> list[str]:
    """Return a line for each difference; the last one counts those that are left out."""
    lines = list(_lines(approved, current))
    if len(lines) > _MOST:
        return [*lines[:_MOST], f"and {len(lines) - _MOST} more"]
    return lines


def parts_that_differ(approved: str, current: str) -> list[str]:
    """Return the parts that differ between two hashes, in words."""
    return [PARTS[name] for name in differing(approved, current)] or [
        "the project or the stack, or a part whose mark is the same by chance"
    ]


def _lines(approved: Plan, current: Plan) -> Iterator[str]:
    for what in ("project", "stack"):
        one, other = getattr(approved, what), getattr(current, what)
        if one != other:
            yield f"{what}: {one} was approved, this is {other}"
    yield from _fields("", _part(approved, "settings"), _part(current, "settings"))
    yield from _files(_part(approved, "sources"), _part(current, "sources"))
    yield from _objects(_part(approved, "objects"), _part(current, "objects"))
    yield from _operations(_part(approved, "operations"), _part(current, "operations"))
    one, other = approved.parts["byHand"], current.parts["byHand"]
    if one != other:
        yield from _by_hand(one, other)


def _part(plan: Plan, name: str) -> _Part:
    return cast("_Part", plan.parts[name])


def _fields(subject: str, one: Any, other: Any) -> Iterator[str]:
    for each in differences(one, other):
        if each.before is UNSET:
            yield f"{subject}{each.field}: set to {shown(each.after)}; it was unset"
        else:
            before, after = shown(each.before), shown(each.after)
            yield f"{subject}{each.field}: {before} was approved, now {after}"


def _files(one: _Part, other: _Part) -> Iterator[str]:
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            verb = "changed" if name in one and name in other else "added"
            yield f"{name}: {verb if name in other else 'removed'}"


def _objects(one: _Part, other: _Part) -> Iterator[str]:
    for urn in (*one, *(each for each in other if each not in one)):
        if urn not in other:
            yield f"{_name(urn, one[urn])}: approved, and no longer in the program"
        elif urn not in one:
            yield f"{_name(urn, other[urn])}: in the program now, and not approved"
        else:
            subject = f"{_name(urn, one[urn])}: "
            yield from _fields(subject, one[urn]["inputs"], other[urn]["inputs"])
            yield from _fields(f"{subject}option ", one[urn]["options"], other[urn]["options"])


def _operations(one: Mapping[str, _Part], other: Mapping[str, _Part]) -> Iterator[str]:
    for urn in (*one, *(each for each in other if each not in one)):
        before, after = one.get(urn), other.get(urn)
        name = urn.rpartition("::")[2]
        if before is None or after is None:
            yield from _on_one_side(name, before, after)
            continue
        if before["operation"] != after["operation"]:
            yield (
                f"{name}: approved to {_WORDS[before['operation']]}, "
                f"would {_WORDS[after['operation']]} now"
            )
        if before.get("before") != after.get("before"):
            yield from _deployed(name, before.get("before"), after.get("before"))


def _deployed(name: str, one: Any, other: Any) -> Iterator[str]:
    """Yield what was deployed since the approval."""
    if one is None or other is None:
        yield f"{name}: another update has deployed it since the approval"
        return
    for each in differences(one, other):
        yield (
            f"{name}: deployed meanwhile: {each.field} was {shown(each.before)}, "
            f"is {shown(each.after)}"
        )


def _on_one_side(name: str, before: _Part | None, after: _Part | None) -> Iterator[str]:
    """Yield a deletion that is in one of the plans; other operations are among the objects."""
    if before is None and after is not None and after["operation"] == "delete":
        yield f"{name}: would be deleted, and was not in the approved plan"
    if after is None and before is not None and before["operation"] == "delete":
        yield f"{name}: approved to be deleted, and no longer in the stack"


def _by_hand(one: Any, other: Any) -> Iterator[str]:
    if one is None or other is None:
        word = "did not answer then" if one is None else "does not answer now"
        yield f"changes by hand cannot be compared: the cluster {word}"
        return
    known, now = cast("list[str]", one), cast("list[str]", other)
    yield from (f"changed by hand since: {line}" for line in now if line not in known)
    yield from (f"no longer changed by hand: {line}" for line in known if line not in now)


def _name(urn: str, entry: Mapping[str, Any]) -> str:
    inputs: Mapping[str, Any] = entry["inputs"]
    metadata: Any = inputs.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(inputs.get("kind"), str):
        return urn.rpartition("::")[2]
    names = cast("Mapping[str, Any]", metadata)
    place = f"{names['namespace']}/" if names.get("namespace") else ""
    return f"{inputs['kind']} {place}{names.get('name', '')}"
