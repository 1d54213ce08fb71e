"""Values in the form in which the bridge keeps them in state."""

from collections.abc import Mapping
from typing import Any

from standins.docker_plugin.bridged.schema import Kind, Property, zero
from standins.docker_plugin.values import UNKNOWN, Properties, is_array, is_object


def as_state(item: Property, value: Any, *, created: bool) -> Any:
    """Return an input as state holds it: nested objects complete, without `__defaults`.

    Right after a create, unset numbers and booleans are null in nested objects; once
    read or updated they are zero and false. Strings are empty and arrays are empty in both.
    """
    if value == UNKNOWN or value is None:
        return value
    if item.kind is Kind.OBJECT and is_object(value):
        return complete(item.fields or {}, value, created=created)
    if item.is_collection and is_array(value) and item.fields is not None:
        fields = item.fields
        return [
            complete(fields, element, created=created) if is_object(element) else element
            for element in value
        ]
    return value


def complete(properties: Mapping[str, Property], value: Properties, *, created: bool) -> Properties:
    """Return the nested object with every property of its schema."""
    result: Properties = {}
    for name, item in properties.items():
        if value.get(name) is not None:
            result[name] = as_state(item, value[name], created=created)
        elif item.default is not None:
            result[name] = item.default
        elif created and item.kind in (Kind.INT, Kind.BOOL):
            result[name] = None
        else:
            result[name] = zero(item)
    return result


def absent(item: Property) -> Any:
    """Return what state holds at the top level for an unset property."""
    if item.default is not None:
        return item.default
    return [] if item.is_block else None
