"""The page docs/settings.md, generated from the models: `python -m stacks.reference` writes it."""

import inspect
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from components.settings.stack_file import NAMESPACE
from stacks.descriptions import description
from stacks.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"

FieldId = tuple[str, str]

_HEAD = ("| Setting | Value | Default | What it is |", "| --- | --- | --- | --- |")
_EACH: dict[Any, str] = {list: "[]", dict: ".NAME"}
_NAMES = {str: "text", int: "number", bool: "true or false", float: "number"}
_INTRODUCTION = """\
<!-- Generated from the models by `make docs`; a change here is lost. -->
# Settings

Every key that a stack file accepts, below `config:`. Unknown keys and wrong values are reported
all together, before anything is created. [Stack files](stack-files.md) explains how stack files
are put together, and where secrets go; [Components](components.md) lists the same settings as
arguments in Python.

`[]` stands for each entry of a list, `NAME` for a key that you choose, `…` for settings that are
explained elsewhere on this page.
"""
_SECTIONS = {
    "": "The stack",
    "target kind": "Target: kind",
    "target minikube": "Target: minikube",
    "target cloud": "Target: an existing cluster",
    "image": "Image",
    "app": "Application",
    "apps": "Several applications",
}
"""Headings by the first key of the settings below them, and by the target's product."""


@dataclass(frozen=True)
class Row:
    """A setting in the table: its path in a stack file, and the other columns."""

    path: str
    product: str
    """Product of the target that has the setting; empty for settings of every stack."""
    columns: tuple[str, str, str]

    @property
    def section(self) -> str:
        key, dot, _ = self.path.partition(":")[2].replace("[", ".").partition(".")
        key = f"{key} {self.product}".strip() if dot else key
        return key if key in _SECTIONS else ""

    def __str__(self) -> str:
        return " ".join((f"| `{self.path}` |", *(f"{cell} |".strip() for cell in self.columns)))


def page() -> str:
    """Return the whole page as Markdown: a table for each section, one row for each setting.

    Settings that several parts have in common, such as the health checks of containers, are
    explained once.
    """
    listed = list(rows())
    parts = [_INTRODUCTION]
    for section, title in _SECTIONS.items():
        table = [*_HEAD, *(str(row) for row in listed if row.section == section)]
        parts.append("\n".join([f"## {title}", "", *table, ""]))
    return "\n".join(parts)


def rows() -> Iterator[Row]:
    """Yield the rows of all settings, in the order of the models."""
    yield from _rows(Settings, f"{NAMESPACE}:", {}, "")


def shown_default(field: FieldInfo) -> str:
    """Return a default as a stack file would have it, in YAML on one line.

    Nodes, which a stack file may give by number, are shown by their number. `required` where the
    setting has no default, `none` where it is unset.
    """
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    if value is None or value in ({}, []):
        return "none"
    if is_counted(field):
        return f"`{len(cast('list[object]', value))}`"
    return f"`{_yaml(value)}`"


def is_counted(field: FieldInfo) -> bool:
    """Return whether a list may be given by the number of its entries."""
    number = any(
        int in typing.get_args(validator.json_schema_input_type)
        for validator in field.metadata
        if isinstance(validator, BeforeValidator)
    )
    return number and typing.get_origin(field.annotation) is list


def _rows(
    model: type[BaseModel], prefix: str, explained: dict[FieldId, str], product: str
) -> Iterator[Row]:
    known: list[str] = []
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias}"
        if (before := explained.setdefault(_identity(model, name), path)) != path:
            known.append(before)
            continue
        inner = models_in(field.annotation)
        if not inner or field.default is None or field.default_factory is not None:
            yield Row(
                path, product, (_kind(field), shown_default(field), description_cell(model, name))
            )
        for option in inner:
            # A choice of models: each setting belongs to one of them.
            tag = "" if field.discriminator is None else _tag(option, field)
            each = _EACH.get(typing.get_origin(field.annotation), "")
            yield from _rows(option, f"{path}{each}.", explained, tag or product)
    for place in dict.fromkeys(path.rpartition(".")[0] for path in known):
        names = [path.rpartition(".")[2] for path in known if path.rpartition(".")[0] == place]
        listed = ", ".join(f"`{name}`" for name in names)
        yield Row(f"{prefix}…", product, ("", "", f"{listed}: as `{place}.…`"))


def description_cell(model: type[BaseModel], field: str) -> str:
    """Return the description of a field on one line, as a cell of a Markdown table."""
    return " ".join(description(model, field).split()).replace("|", "\\|")


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that a type names, itself included."""
    options = (annotation, *typing.get_args(annotation))
    return [one for one in options if isinstance(one, type) and issubclass(one, BaseModel)]


def _identity(model: type[BaseModel], name: str) -> FieldId:
    """Return the class that declares a field, and its name: equal for all models that inherit."""
    owners = [base for base in model.__mro__ if name in inspect.get_annotations(base)]
    return owners[0].__qualname__, name


def _tag(model: type[BaseModel], field: FieldInfo) -> str:
    return str(typing.get_args(model.model_fields[str(field.discriminator)].annotation)[0])


def _kind(field: FieldInfo) -> str:
    return "number or list" if is_counted(field) else _kind_of(field.annotation)


def _kind_of(annotation: Any) -> str:
    options = [one for one in typing.get_args(annotation) if one is not types.NoneType]
    if typing.get_origin(annotation) is Literal:
        return ", ".join(f"`{option}`" for option in options)
    if typing.get_origin(annotation) is list:
        return "list"
    if typing.get_origin(annotation) is dict:
        return "mapping"
    if options:
        return _kind_of(options[0])
    return _NAMES.get(annotation, "mapping")


def _yaml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, cast('list[object]', value)))}]"
    if isinstance(value, BaseModel):
        given = value.model_dump(by_alias=True, exclude_defaults=True)
        return _yaml(next(iter(given.values())) if len(given) == 1 else given)  # its short form
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return f"{{{', '.join(f'{key}: {_yaml(inner)}' for key, inner in items)}}}"
    return str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
