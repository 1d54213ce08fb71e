"""Keys of Pulumi.yaml that are paths inside of a value: `app.port` is `port` in `app`.

https://www.pulumi.com/docs/iac/concepts/config/#structured-configuration
"""

import re
from typing import Any, cast

from .yaml import Mapping, YAMLError


def has_path(values: Mapping, name: str) -> bool:
    """Return whether a configuration has a value at a path."""
    current: Any = values
    for step in _steps(name):
        if not isinstance(current, dict) or step not in current:
            return False
        current = cast("Mapping", current)[step]
    return True


def with_path(values: Mapping, name: str, value: Any) -> Mapping:
    """Return a configuration with a value at a path, as Pulumi sets it.

    In place of a text that the path leads through there is a mapping then; a text that is set and
    looks like a number is one. Raises YAMLError for a value inside that is no mapping.
    """
    first, *inner = _steps(name)
    if not inner:
        return {**values, first: value}
    root: Any = values.get(first)
    outer = cast("Any", root) if isinstance(root, dict | list) else None
    return {**values, first: _with_inner(outer, inner, _coerced(value), name)}


def _with_inner(current: Any, steps: list[str], value: Any, name: str) -> Any:
    if not steps:
        return value
    if current is not None and not isinstance(current, dict):
        raise YAMLError(f"config: {name} leads through a value that is no mapping")
    mapping = cast("Mapping", current or {})
    return {**mapping, steps[0]: _with_inner(mapping.get(steps[0]), steps[1:], value, name)}


def _coerced(value: Any) -> Any:
    if value in ("true", "false"):
        return value == "true"
    if not isinstance(value, str) or not re.fullmatch("0|[1-9][0-9]*|[-+][0-9]+", value, re.ASCII):
        return value
    highest = 2**64 if value.isdecimal() else 2**63
    return int(value) if -(2**63) <= int(value) < highest else value


def _steps(name: str) -> list[str]:
    """Return the full key of a value, and the names inside of it."""
    namespace, _, path = name.partition(":")
    first, *inner = path.split(".")
    if "[" in path or not all((first, *inner)):
        raise YAMLError(
            f"config: {name} is a path with an index or a name in quotes, which only Pulumi itself "
            "follows; set the value in the stack file"
        )
    return [f"{namespace}:{first}", *inner]
