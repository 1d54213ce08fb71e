"""Preview of a create or an update, as far as its result is known."""

import json
from typing import Any

from standins.docker_plugin.bridged.schema import Schema, is_blank
from standins.docker_plugin.bridged.shapes import absent, as_state
from standins.docker_plugin.bridged.state import META, TIMEOUTS, TIMEOUTS_KEY, with_delta
from standins.docker_plugin.values import UNKNOWN, Properties, array_or_empty, is_array, is_object


def planned_create(schema: Schema, inputs: Properties) -> Properties:
    """Return the properties of a previewed create: what Docker will choose is unknown."""
    plan: Properties = {"id": UNKNOWN}
    for name, item in schema.properties.items():
        if name in inputs:
            plan[name] = as_state(item, inputs[name], created=True)
        else:
            plan[name] = UNKNOWN if item.computed else absent(item)
    if schema.has_timeouts:
        plan[META] = _planned_meta(inputs)
    return plan


def planned_update(schema: Schema, olds: Properties, inputs: Properties) -> Properties:
    """Return the properties of an update in place: the old ones with the new inputs."""
    plan = updated_properties(schema, olds, inputs)
    if schema.has_timeouts:
        plan[META] = _planned_meta({})
    return with_delta(schema, plan, created=False)


def updated_properties(schema: Schema, olds: Properties, inputs: Properties) -> Properties:
    """Return the state after an update in place, its hidden parts as they were."""
    result = {**olds}
    for name, item in schema.properties.items():
        if name in inputs:
            merged = _with_computed(inputs[name], olds.get(name))
            result[name] = as_state(item, merged, created=False)
        elif not (item.computed or item.blank_is_unset or is_blank(olds.get(name))):
            result[name] = absent(item)
    return result


def _with_computed(new: Any, old: Any) -> Any:
    """Fill a nested value that Docker chose (a port) from the old state."""
    if not is_array(new) or not is_array(old) or len(new) != len(old):
        return new
    return [
        {**n, "external": o["external"]}
        if is_object(n) and is_object(o) and "internal" in n and "external" not in n
        else n
        for n, o in zip(new, old, strict=True)
    ]


def _planned_meta(inputs: Properties) -> str:
    # The provider normalises a port's address, and its shim keeps the original beside it.
    shim = {
        f"ports.{index}.ip": port["ip"]
        for index, port in enumerate(array_or_empty(inputs.get("ports")))
        if is_object(port) and port.get("ip") not in (None, UNKNOWN)
    }
    return json.dumps(
        {"_new_extra_shim": shim, TIMEOUTS_KEY: TIMEOUTS}, separators=(",", ":"), sort_keys=True
    )
