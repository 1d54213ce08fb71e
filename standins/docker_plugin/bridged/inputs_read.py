"""The inputs that a refresh reports: what the program wrote, as Docker has it now."""

from collections.abc import Mapping
from typing import Any

from standins.docker_plugin.bridged.check import DEFAULTS
from standins.docker_plugin.bridged.schema import Property, Schema, is_blank
from standins.docker_plugin.values import Properties, array_or_empty, is_array, is_object


def inputs_after_read(schema: Schema, inputs: Properties, state: Properties) -> Properties:
    """Return the old inputs with the values that the state now has.

    Without old inputs (an import) they are derived: every value that a program would have to
    write to get this state.
    """
    if not inputs:
        return _imported(schema.properties, state)
    return _refreshed(schema.properties, inputs, state)


def _refreshed(fields: Mapping[str, Property], inputs: Properties, state: Properties) -> Properties:
    result: Properties = {}
    for name, value in inputs.items():
        item = fields.get(name)
        if item is not None and name in state:
            result[name] = _value(item, value, state[name])
    filled = [
        name
        for name in array_or_empty(inputs.get(DEFAULTS))
        if result.get(name) == inputs.get(name)
    ]
    if filled:
        result[DEFAULTS] = filled
    return result


def _value(item: Property, value: Any, now: Any) -> Any:
    if is_array(value) and is_array(now) and len(value) == len(now):
        return [_value_in(item, v, n) for v, n in zip(value, now, strict=True)]
    if is_object(value) and is_object(now):
        return _value_in(item, value, now)
    return value if is_blank(value) and is_blank(now) else now


def _value_in(item: Property, value: Any, now: Any) -> Any:
    if item.fields is not None and is_object(value) and is_object(now):
        return _refreshed(item.fields, value, now)
    return now


def _imported(fields: Mapping[str, Property], state: Properties) -> Properties:
    result: Properties = {DEFAULTS: []}
    for name, item in fields.items():
        value = state.get(name)
        if not item.is_input or not item.served or is_blank(value):
            continue
        if item.default is not None and value == item.default:
            result[DEFAULTS].append(name)
        elif item.computed:
            continue
        result[name] = value
    result[DEFAULTS].sort()
    return result
