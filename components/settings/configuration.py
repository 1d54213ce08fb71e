"""A stack's configuration as Pulumi makes it of a stack file: what the program gets."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, cast

from .yaml import Mapping, NoText, Timestamp, YAMLError, read
from .yaml.numbers import json_number, json_text

_NO_BLOCK = re.compile(r" [\n\u2028\u2029]| \Z|[^\t\n -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
"""What Go's library does not write as a block (`|`), but in quotes."""

_LARGEST = 2**63
"""From here on, a whole number inside of a mapping or a list loses its last digits in Pulumi."""


def stack_configuration(content: bytes, project: str) -> Mapping:
    """Return the values of `config` in a stack file by their full keys, such as `slipway:app`.

    Keys without a namespace have the project's. An encrypted value is `{"secure": …}`.
    Raises YAMLError for a file that Pulumi refuses.
    """
    config = text_keys(read(content), "the file").get("config")
    values: Mapping = {}
    for key, value in text_keys(config, "config").items():
        name = full_key(key, project)
        if name in values:
            raise YAMLError(f"config: {name} is set twice, as {key} too")
        values[name] = json_value(value, f"config: {key}")
    return values


def text_keys(value: Any, where: str) -> Mapping:
    """Return a mapping whose keys are texts, an empty one for null.

    Raises YAMLError for anything else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise YAMLError(f"{where} is no mapping")
    mapping = cast("Mapping", value)
    if wrong := [key for key in mapping if isinstance(key, NoText)]:
        raise YAMLError(f"{where}: the key {wrong[0]} is no text; put it in quotes")
    return mapping


def full_key(key: str, project: str) -> str:
    """Return a key with its namespace.  Raises YAMLError for what is no key of Pulumi's."""
    namespace, *rest = key.split(":") if ":" in key else (project, key)
    if rest[0] == "config" and len(rest) == 2:  # the form of Pulumi's first versions
        rest = rest[1:]
    if len(rest) != 1:
        raise YAMLError(f"config: {key} is no key of Pulumi's, which are like `slipway:app`")
    return f"{namespace}:{rest[0]}"


def json_value(value: Any, where: str, *, in_project: bool = False) -> Any:
    """Return a value as Pulumi keeps it: of the types that JSON has.

    In Pulumi.yaml, `in_project`, timestamps have another form, and all keys are texts.
    Raises YAMLError for what Pulumi cannot keep.
    """
    if isinstance(value, dict):
        mapping = text_keys(value, where) if in_project else cast("Mapping", value)
        return {
            _written_again(str(key), where): json_value(
                each, f"{where}.{key}", in_project=in_project
            )
            for key, each in mapping.items()
        }
    if isinstance(value, list):
        elements = cast("list[Any]", value)
        return [json_value(each, where, in_project=in_project) for each in elements]
    if isinstance(value, float) and not math.isfinite(value):
        raise YAMLError(f"{where}: {value} is no number that Pulumi can keep")
    if isinstance(value, str):
        return _written_again(value, where)
    if isinstance(value, Timestamp):
        return value.rfc3339 if in_project else str(value)
    return value


def text(value: Any) -> str:
    """Return a value of the configuration as the program gets it: mappings and lists as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return json_text(value)
    return json.dumps(within(value), sort_keys=True, ensure_ascii=False)


def within(value: Any) -> Any:
    """Return a value with its numbers as Pulumi has them inside of a mapping or a list."""
    if isinstance(value, dict):
        return {key: within(each) for key, each in cast("Mapping", value).items()}
    if isinstance(value, list):
        return [within(each) for each in cast("list[Any]", value)]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return json_number(float(value) if value >= _LARGEST else value)


def is_secret(value: Any) -> bool:
    """Return whether a value is an encrypted one."""
    mapping = cast("Mapping", value) if isinstance(value, dict) else {}
    return len(mapping) == 1 and isinstance(mapping.get("secure"), str)


def holds_secret(value: Any) -> bool:
    """Return whether a value is or has an encrypted one."""
    return is_secret(value) or any(holds_secret(each) for each in _inner(value))


def without_secrets(value: Any) -> Any:
    """Return a value with empty texts in place of encrypted ones."""
    if is_secret(value):
        return ""
    if isinstance(value, dict):
        mapping = cast("Mapping", value)
        return {key: without_secrets(each) for key, each in mapping.items()}
    if isinstance(value, list):
        return [without_secrets(each) for each in cast("list[Any]", value)]
    return value


def _written_again(value: str, where: str) -> str:
    """Return a text as it is once Pulumi has written it to YAML, which it does, and read it again.

    Go's library loses the first line of several if that is empty.
    """
    if "\n" not in value or _NO_BLOCK.search(value):
        return value
    if value.startswith("\t"):
        raise YAMLError(f"{where}: Pulumi cannot keep several lines of which the first has a tab")
    return value[1:] if value[0] in "\n\u2028\u2029" else value


def _inner(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from cast("Mapping", value).values()
    elif isinstance(value, list):
        yield from cast("list[Any]", value)
