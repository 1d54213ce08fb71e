"""Diff of a bridged resource: what differs between its state and the checked new inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from standins.docker_plugin.bridged.check import DEFAULTS
from standins.docker_plugin.bridged.schema import Kind, Property, Schema, is_blank
from standins.docker_plugin.bridged.shapes import as_state
from standins.docker_plugin.values import UNKNOWN, Properties, has_unknown, is_array, is_object

_ADD, _DELETE, _UPDATE = "ADD", "DELETE", "UPDATE"


@dataclass
class Difference:
    """The answer: paths with their kinds, and the top-level names behind them."""

    detailed: dict[str, str] = field(default_factory=dict[str, str])
    names: list[str] = field(default_factory=list[str])
    replaces: list[str] = field(default_factory=list[str])
    delete_first: bool = False


def difference(schema: Schema, olds: Properties, news: Properties) -> Difference:
    """Compare the state `olds` with the checked inputs `news`."""
    result = Difference()
    for name, item in schema.properties.items():
        changes = _property(item, name, olds.get(name), news.get(name))
        if not changes:
            continue
        result.names.append(name)
        if item.replaces:
            result.replaces.append(name)
        suffix = "_REPLACE" if item.replaces else ""
        result.detailed |= {path: kind + suffix for path, kind in changes.items()}
    result.names.sort()
    result.replaces.sort()
    result.delete_first = bool(result.replaces) and (
        schema.delete_first or _keeps_given_name(schema, olds, news)
    )
    return result


def _keeps_given_name(schema: Schema, olds: Properties, news: Properties) -> bool:
    """Tell whether old and new bear one name that the program chose: they cannot coexist."""
    named = [name for name, item in schema.properties.items() if item.autonamed]
    return any(
        name not in (news.get(DEFAULTS) or [])
        and news.get(name) not in (None, UNKNOWN)
        and news.get(name) == olds.get(name)
        for name in named
    )


def _property(item: Property, path: str, old: Any, new: Any) -> dict[str, str]:  # noqa: C901
    # The vendor's rules, each one line.
    if new is None and item.computed:
        # Docker's value stands. An array that was never read is still to be computed.
        unread = item.kind is Kind.LIST and old is None
        return {path: _ADD} if unread else {}
    if not item.is_input:
        return {}
    if new is None and item.default is None:
        return {} if is_blank(old) or item.blank_is_unset else {path: _DELETE}
    if new is None:
        new = item.default
    if new == UNKNOWN:
        return {path: _ADD if is_blank(old) else _UPDATE}
    if is_blank(old) and is_blank(new):
        return {}
    if item.is_collection:
        return _collection(item, path, old or [], new)
    if item.kind is Kind.OBJECT:
        return _object(item.fields or {}, path, old, new)
    if item.kind is Kind.MAP:
        return _map(path, old or {}, new or {})
    if item.blank_is_unset and new == "":
        return {}
    return _scalar(path, old, new)


def _scalar(path: str, old: Any, new: Any) -> dict[str, str]:
    if old == new or (is_blank(old) and is_blank(new)):
        return {}
    if old is None:
        return {path: _ADD}
    return {path: _DELETE if new is None else _UPDATE}


def _map(path: str, old: Properties, new: Properties) -> dict[str, str]:
    if not old or not new:
        return _whole(path, old, new)
    changes: dict[str, str] = {}
    for key in sorted(old.keys() | new.keys()):
        at = f'{path}["{key}"]' if "." in key else f"{path}.{key}"
        changes |= _scalar(at, old.get(key), new.get(key))
    return changes


def _object(
    fields: Mapping[str, Property], path: str, old: Properties | None, new: Properties | None
) -> dict[str, str]:
    if not old or not new:
        return _whole(path, old, new)
    changes: dict[str, str] = {}
    for name, item in fields.items():
        changes |= _property(item, f"{path}.{name}", old.get(name), new.get(name))
    return changes


def _collection(item: Property, path: str, old: list[Any], new: list[Any]) -> dict[str, str]:
    if not old or not new:
        return _whole(path, old, new)
    if item.kind is Kind.LIST:
        return _by_index(item, path, old, new)
    before = [_canonical(item, element) for element in old]
    after = [_canonical(item, element) for element in new]
    gone = [index for index, element in enumerate(before) if element not in after]
    come = [index for index, element in enumerate(after) if element not in before]
    if not gone and not come:
        return {}
    # The bridge points into a set only where the program wrote its elements in full.
    if item.fields is not None and not all(_in_full(item.fields, new[index]) for index in come):
        return {path: _UPDATE}
    changes: dict[str, str] = {}
    for index in sorted({*gone, *come}):
        at = f"{path}[{index}]"
        if index in gone and index in come:
            changes |= (
                {at: _UPDATE}
                if item.fields is None
                else _object(item.fields, at, before[index], after[index])
            )
        else:
            changes[at] = _ADD if index in come else _DELETE
    return changes


def _by_index(item: Property, path: str, old: list[Any], new: list[Any]) -> dict[str, str]:
    changes: dict[str, str] = {}
    for index in range(max(len(old), len(new))):
        at = f"{path}[{index}]"
        if index >= len(old) or index >= len(new):
            changes[at] = _ADD if index >= len(old) else _DELETE
        elif new[index] == UNKNOWN:
            changes[at] = _UPDATE
        elif item.fields is None:
            changes |= _scalar(at, old[index], new[index])
        else:
            changes |= _object(item.fields, at, old[index], new[index])
    return changes


def _whole(path: str, old: Any, new: Any) -> dict[str, str]:
    if is_blank(old) and is_blank(new):
        return {}
    return {path: _ADD if is_blank(old) else _DELETE}


def _canonical(item: Property, element: Any) -> Any:
    """Return a set's element in the one form in which equal elements are equal."""
    if has_unknown(element):
        return element
    shaped: Any = as_state(item, [element], created=False)[0]
    return _blank_to_null(shaped)


def _blank_to_null(value: Any) -> Any:
    if is_object(value):
        return {name: _blank_to_null(part) for name, part in value.items()}
    if is_array(value):
        return sorted((_blank_to_null(part) for part in value), key=repr)
    return None if is_blank(value) else value


def _in_full(fields: Mapping[str, Property], element: Any) -> bool:
    return is_object(element) and all(name in element for name in fields)
