"""The reference of all settings, made from the models: `python -m stacks.reference`."""

import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any, Literal, cast

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from stacks.settings import Settings

FieldId = tuple[str, str]

_HEAD = ("| Setting | Value | Default | What it is |", "| --- | --- | --- | --- |")
_NAMES = {str: "text", int: "number", bool: "true or false", float: "number"}


def table() -> str:
    """The table of settings as Markdown, one row for each, with their paths in a stack file.

    What several settings have in common, such as the health of containers, is said once.
    """
    return "\n".join([*_HEAD, *_rows(Settings, "slipway:", {})])


def _rows(
    model: type[BaseModel], prefix: str, said: dict[FieldId, str], kind: str = ""
) -> Iterator[str]:
    known: list[str] = []
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias}"
        if (before := said.setdefault(_identity(model, name), path)) != path:
            known.append(before)
            continue
        inner = _models_in(field.annotation)
        if not inner or field.default is None or field.default_factory is not None:
            yield _row(f"`{path}`{kind}", field)
        for one in inner:
            # A choice of models: each setting says to which of them it belongs.
            tag = "" if field.discriminator is None else f" ({_tag(one, field)})"
            each = "[]" if typing.get_origin(field.annotation) is list else ""
            yield from _rows(one, f"{path}{each}.", said, tag or kind)
    for place in dict.fromkeys(path.rpartition(".")[0] for path in known):
        names = [path.rpartition(".")[2] for path in known if path.rpartition(".")[0] == place]
        listed = ", ".join(f"`{name}`" for name in names)
        yield f"| `{prefix}…`{kind} | | | {listed}: as `{place}.…` |"


def _identity(model: type[BaseModel], name: str) -> FieldId:
    """The class that declares a field, and its name: the same for all models that inherit it."""
    owners = [one for one in model.__mro__ if name in inspect.get_annotations(one)]
    return owners[0].__qualname__, name


def _tag(model: type[BaseModel], field: FieldInfo) -> str:
    return str(typing.get_args(model.model_fields[str(field.discriminator)].annotation)[0])


def _row(path: str, field: FieldInfo) -> str:
    text = " ".join((field.description or "").split()).replace("|", "\\|")
    counted = any(isinstance(one, BeforeValidator) for one in field.metadata)
    kind = "number or list" if counted else _kind(field.annotation)
    return f"| {path} | {kind} | {_default(field)} | {text} |"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, list) and value:
        return f"`{len(cast('list[object]', value))}`"  # of things that may be given by number
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


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    options = (annotation, *typing.get_args(annotation))
    return [one for one in options if isinstance(one, type) and issubclass(one, BaseModel)]


if __name__ == "__main__":
    print(table())
