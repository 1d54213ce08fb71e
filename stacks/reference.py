"""The reference of all settings, made from the models: `python -m stacks.reference`."""

import types
import typing
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from stacks.settings import Settings

_HEAD = ("| Setting | Value | Default | What it is |", "| --- | --- | --- | --- |")
_NAMES = {str: "text", int: "number", bool: "true or false", float: "number"}


def table() -> str:
    """The table of settings as Markdown, one row for each, with their paths in a stack file."""
    return "\n".join([*_HEAD, *_rows(Settings, "slipway:")])


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for field in model.model_fields.values():
        path = f"{prefix}{field.alias}"
        inner = _model_in(field.annotation)
        if inner is None or field.default is None:
            yield _row(path, field)
        if inner is not None:
            yield from _rows(inner, f"{path}.")


def _row(path: str, field: FieldInfo) -> str:
    text = " ".join((field.description or "").split()).replace("|", "\\|")
    return f"| `{path}` | {_kind(field.annotation)} | {_default(field)} | {text} |"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    if value is None or value in ({}, []):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _kind(annotation: Any) -> str:
    options = [one for one in typing.get_args(annotation) if one is not types.NoneType]
    if typing.get_origin(annotation) is Literal:
        return ", ".join(f"`{option}`" for option in options)
    if typing.get_origin(annotation) is list:
        return "list"
    if typing.get_origin(annotation) is dict:
        return "mapping"
    if options:
        return _kind(options[0])
    return _NAMES.get(annotation, "mapping")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for option in (annotation, *typing.get_args(annotation)):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


if __name__ == "__main__":
    print(table())
