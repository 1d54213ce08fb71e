"""The hidden parts of a bridged resource's state, which the vendor's plugin needs to go on.

`__meta` holds the Terraform provider's state version and timeouts; `__pulumi_raw_state_delta`
says how the properties differ in form from Terraform's own state (arrays, maps, other names).
"""

import json
from collections.abc import Mapping
from typing import Any

from standins.docker_plugin.bridged.schema import Kind, Property, Schema
from standins.docker_plugin.values import Properties

META = "__meta"
DELTA = "__pulumi_raw_state_delta"
TIMEOUTS_KEY = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0"
_TWENTY_MINUTES_IN_NS = 1_200_000_000_000
TIMEOUTS = dict.fromkeys(("create", "delete", "update"), _TWENTY_MINUTES_IN_NS)


def with_hidden(schema: Schema, properties: Properties, *, created: bool) -> Properties:
    """Return the properties with both hidden parts."""
    meta: Properties = {}
    if schema.has_timeouts:
        meta[TIMEOUTS_KEY] = TIMEOUTS
    if schema.state_version:
        meta["schema_version"] = schema.state_version
    text = json.dumps(meta, separators=(",", ":"), sort_keys=True)
    return with_delta(schema, {**properties, META: text}, created=created)


def with_delta(schema: Schema, properties: Properties, *, created: bool) -> Properties:
    """Return the properties with the delta that fits them.

    `created` is set for the state right after a create, in which a computed object that is not
    there (a health check) is null; later it is an empty list.
    """
    delta = _object_delta(schema.properties, properties, created=created)
    return {**properties, DELTA: delta}


def _object_delta(
    fields: Mapping[str, Property], values: Properties, *, created: bool
) -> Properties:
    parts: Properties = {}
    renamed: dict[str, str] = {}
    for name, item in fields.items():
        if item.terraform_name and name in values:
            renamed[name] = item.terraform_name
        delta = _delta(item, values.get(name), created=created)
        if delta is not None:
            parts[name] = delta
    result: Properties = {}
    if parts:
        result["ps"] = parts
    if renamed:
        result["renamed"] = renamed
    return {"obj": result}


def _delta(item: Property, value: Any, *, created: bool) -> Properties | None:
    if item.kind is Kind.OBJECT:
        if value is None:
            return None if item.computed and created else {"plu": {"i": {}}}
        return {"plu": {"i": _object_delta(item.fields or {}, value, created=created)}}
    if value is None:
        return None
    if item.kind is Kind.MAP:
        return {"map": {}}
    if not item.is_collection:
        return None
    if item.fields is None or not value:
        return {"arr": {}}
    elements = {
        str(index): _object_delta(item.fields, element, created=created)
        for index, element in enumerate(value)
    }
    return {"arr": {"el": elements}}
