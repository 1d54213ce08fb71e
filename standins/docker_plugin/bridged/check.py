"""Check of a bridged resource: defaults, types, and every problem at once.

The bridge writes which values it filled in into `__defaults` beside them, in nested objects too;
the list is part of the inputs and of what a later run compares.
"""

import re
from collections.abc import Mapping
from typing import Any

from standins.docker_plugin.bridged.naming import Naming
from standins.docker_plugin.bridged.schema import Kind, Property, Schema, is_blank
from standins.docker_plugin.values import (
    UNKNOWN,
    Properties,
    array_or_empty,
    is_array,
    is_object,
    object_or_empty,
)

DEFAULTS = "__defaults"
_INTERNAL = frozenset({DEFAULTS, "__meta", "__pulumi_raw_state_delta"})


class InputChecker:
    """Checks the inputs of one resource; `failures` holds what is wrong, in words.

    Inputs: the resource's schema, its logical name, the old inputs (a filled-in value stays as
    it was), and how the project wants unnamed things to be named.
    """

    def __init__(self, schema: Schema, logical_name: str, olds: Properties, naming: Naming) -> None:
        self._schema = schema
        self._logical_name = logical_name
        self._olds = olds
        self._naming = naming
        self.failures: list[str] = []

    def check(self, news: Properties) -> Properties:
        """Return the inputs with defaults; look at `failures` afterwards."""
        return self._object(self._schema.properties, news, self._olds, self._logical_name)

    def _object(
        self, properties: Mapping[str, Property], news: Properties, olds: Properties, place: str
    ) -> Properties:
        checked: Properties = {}
        for name, value in news.items():
            if name in _INTERNAL or value is None:
                continue
            item = properties.get(name)
            at = f"{place}.{name}"
            if item is None or not item.is_input:
                self._fail(f"Invalid or unknown key `{name}`", at)
            elif not item.served and not is_blank(value):
                self._fail(f"`{name}` is not served by this stand-in for the docker plugin", at)
            else:
                checked[name] = self._value(item, value, olds.get(name), at)
        filled = self._fill(properties, checked, olds, place)
        return {**checked, DEFAULTS: filled}

    def _fill(
        self, properties: Mapping[str, Property], checked: Properties, olds: Properties, place: str
    ) -> list[str]:
        filled: list[str] = []
        before: list[str] = olds.get(DEFAULTS) or []
        for name, item in properties.items():
            if name in checked:
                continue
            if item.autonamed:
                value = olds.get(name) if name in before else None
                value = value or self._naming.name(self._logical_name)
            elif is_blank(item.default):
                value = None
            else:
                value = olds.get(name, item.default) if name in before else item.default
            if value is not None:
                checked[name] = value
                filled.append(name)
            elif item.required:
                self._fail(f"Missing required property `{name}`", f"{place}.{name}")
        return sorted(filled)

    def _value(self, item: Property, value: Any, old: Any, place: str) -> Any:
        if value == UNKNOWN:
            return value
        if item.kind is Kind.OBJECT:
            if not is_object(value):
                return self._wrong(item, value, place)
            return self._object(item.fields or {}, value, object_or_empty(old), place)
        if item.kind is Kind.MAP:
            if not is_object(value):
                return self._wrong(item, value, place)
            return {k: self._scalar(Kind.STRING, v, f"{place}.{k}") for k, v in value.items()}
        if item.is_collection:
            if not is_array(value):
                return self._wrong(item, value, place)
            return self._elements(item, value, old, place)
        value = self._scalar(item.kind, value, place)
        if item.pattern and value != UNKNOWN and not re.fullmatch(item.pattern, str(value)):
            self._fail(f"{value!r} does not match the pattern `{item.pattern}`", place)
        return value

    def _elements(self, item: Property, value: list[Any], old: Any, place: str) -> list[Any]:
        olds = array_or_empty(old)
        result: list[Any] = []
        for index, element in enumerate(value):
            at = f"{place}[{index}]"
            if element == UNKNOWN:
                result.append(element)
            elif item.fields is None:
                result.append(self._scalar(Kind.STRING, element, at))
            elif not is_object(element):
                self._fail(f"expected an object, got {element!r}", at)
            else:
                before = object_or_empty(olds[index] if index < len(olds) else None)
                result.append(self._object(item.fields, element, before, at))
        return result

    def _scalar(self, kind: Kind, value: Any, place: str) -> Any:
        if value == UNKNOWN:
            return value
        if kind is Kind.STRING and isinstance(value, (str, int, float)):
            return str(value).lower() if isinstance(value, bool) else str(value)
        if kind is Kind.BOOL and (isinstance(value, bool) or value in ("true", "false")):
            return value in (True, "true")
        if kind is Kind.INT and not isinstance(value, bool):
            if isinstance(value, int):
                return value
            if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
                return int(value)
        self._fail(f"expected a value of type {kind.value}, got {value!r}", place)
        return value

    def _wrong(self, item: Property, value: Any, place: str) -> Any:
        self._fail(f"expected a value of type {item.kind.value}, got {value!r}", place)
        return value

    def _fail(self, reason: str, place: str) -> None:
        self.failures.append(f"{reason}. Examine values at '{place}'.")
