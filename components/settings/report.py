"""The report of wrong settings: every one with its path, its value and what is accepted."""

import difflib
import types
import typing
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

RENAMED = "renamed"
"""Type of the error of a setting that has another name now."""

_Path = tuple[int | str, ...]


def report(model: type[BaseModel], errors: list[ErrorDetails], where: str) -> str:
    """Return the message about settings of `model` that do not validate, one line each.

    `where` names their place, such as a stack file.
    """
    count = f"{len(errors)} wrong settings" if len(errors) > 1 else "a wrong setting"
    return "\n".join([f"{where}: {count}", *(f"  {_line(model, error)}" for error in errors)])


def _line(model: type[BaseModel], error: ErrorDetails) -> str:
    steps = error["loc"]
    path = ".".join(_shown(model, steps)) or "(whole value)"
    place = _places(model, steps)[-1]
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        context = error.get("ctx", {})
        path = f"{path}.{str(context['discriminator']).strip(chr(39))}"
        if error["type"] == "union_tag_not_found":
            return f"{path}: required and not set"
        known = context["expected_tags"]
        return f"{path}: {context['tag']!r} is not accepted: it is one of {known}"
    if error["type"] == "extra_forbidden":
        parent = _places(model, steps[:-1])[-1].model
        known = sorted(str(f.alias) for f in parent.model_fields.values()) if parent else []
        close = difflib.get_close_matches(str(error["loc"][-1]), known, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
        return f"{path}: unknown key; {hint}"
    if error["type"] == RENAMED:
        return f"{path}: {error['msg']}"
    if error["type"] == "missing":
        return f"{path}: required and not set{_example(place.field)}"
    message = error["msg"].removeprefix("Value error, ")
    if not steps and error["type"] == "value_error":
        return message  # about settings that conflict: it names them itself
    if error["type"] == "value_error" and _is_large(error["input"]):
        return f"{path}: {message}"  # the same; the whole value would hide the message
    if _is_secret(model, steps):
        return f"{path}: {message}"
    return f"{path}: {error['input']!r} is not accepted: {message}{_example(place.field)}"


def _is_large(value: Any) -> bool:
    """Return whether a value consists of others that have names."""
    inner: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
    return any(isinstance(element, dict | BaseModel) for element in inner)


def _is_secret(model: type[BaseModel], path: _Path) -> bool:
    """Return whether the value at `path` must not be shown."""
    extras = [place.field.json_schema_extra for place in _places(model, path) if place.field]
    return {"secret": True} in extras


def _shown(model: type[BaseModel], path: _Path) -> list[str]:
    """Return the steps of a path as the user wrote them, without the tags of pydantic's unions."""
    before = _places(model, path)
    return [
        str(step)
        for step, place in zip(path, before, strict=False)
        # "[key]" stands for the key itself, which is the step before.
        if step != "[key]" and not (place.field and _tagged(place.field, step))
    ]


@dataclass(frozen=True)
class _Place:
    """What is known about a value: its type, and its field if it has one of its own."""

    annotation: Any = None
    field: FieldInfo | None = None

    @property
    def model(self) -> type[BaseModel] | None:
        """The model of the value; None if it has none, or if it is not known."""
        options = (option for option in _options(self.annotation) if isinstance(option, type))
        return next((option for option in options if issubclass(option, BaseModel)), None)


def _places(model: type[BaseModel], path: _Path) -> list[_Place]:
    """Return the places along a path: of the whole value, and after each step."""
    places = [_Place(model)]
    for step in path:
        places.append(_inner(places[-1], step))
    return places


def _inner(place: _Place, step: int | str) -> _Place:
    """Return the place of a key or an index of a value; an empty one if it is not known."""
    if place.field and place.field.discriminator is not None:
        return _Place(_tagged(place.field, step))
    if place.model is not None:
        fields = place.model.model_fields.items()
        field = next((field for name, field in fields if step in (name, field.alias)), None)
        return _Place(field.annotation, field) if field else _Place()
    containers = [option for option in _options(place.annotation) if typing.get_args(option)]
    return _Place(typing.get_args(containers[0])[-1]) if containers else _Place()


def _options(annotation: Any) -> list[Any]:
    """Return the types that a value may have, one by one."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _options(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [each for option in typing.get_args(annotation) for each in _options(option)]
    return [annotation]


def _tagged(field: FieldInfo, tag: int | str) -> type[BaseModel] | None:
    """Return the model of a union that a tag selects."""
    if field.discriminator is None:
        return None
    for option in typing.get_args(field.annotation):
        if tag in typing.get_args(option.model_fields[str(field.discriminator)].annotation):
            return option
    return None


def _example(field: FieldInfo | None) -> str:
    """Return the end of a message: the field's example, else its plain default."""
    if field is None:
        return ""
    default = field.default if isinstance(field.default, str | int) else None
    example = field.examples[0] if field.examples else default
    return "" if example is None else f", e.g. {example!r}"
