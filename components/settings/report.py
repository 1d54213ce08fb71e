"""The report of wrong settings: every one with its path, its value and what is accepted."""

import difflib
import typing
from typing import Any, cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

RENAMED = "renamed"
"""Type of the error of a setting that has another name now."""


def report(model: type[BaseModel], errors: list[ErrorDetails], where: str) -> str:
    """Return the message about settings of `model` that do not validate, one line each.

    `where` names their place, such as a stack file.
    """
    count = f"{len(errors)} wrong settings" if len(errors) > 1 else "a wrong setting"
    return "\n".join([f"{where}: {count}", *(f"  {_line(model, error)}" for error in errors)])


def _line(model: type[BaseModel], error: ErrorDetails) -> str:
    steps = error["loc"]
    path = ".".join(_shown(model, steps)) or "(whole value)"
    field = _field_at(model, steps)
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        context = error.get("ctx", {})
        path = f"{path}.{str(context['discriminator']).strip(chr(39))}"
        if error["type"] == "union_tag_not_found":
            return f"{path}: required and not set"
        known = context["expected_tags"]
        return f"{path}: {context['tag']!r} is not accepted: it is one of {known}"
    if error["type"] == "extra_forbidden":
        parent = _model_at(model, steps[:-1])
        known = sorted(str(f.alias) for f in parent.model_fields.values()) if parent else []
        close = difflib.get_close_matches(str(error["loc"][-1]), known, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
        return f"{path}: unknown key; {hint}"
    if error["type"] == RENAMED:
        return f"{path}: {error['msg']}"
    if error["type"] == "missing":
        return f"{path}: required and not set{_example(field)}"
    message = error["msg"].removeprefix("Value error, ")
    if not steps and error["type"] == "value_error":
        return message  # about settings that conflict: it names them itself
    if error["type"] == "value_error" and _is_large(error["input"]):
        return f"{path}: {message}"  # the same; the whole value would hide the message
    if _is_secret(model, steps):
        return f"{path}: {message}"
    return f"{path}: {error['input']!r} is not accepted: {message}{_example(field)}"


def _is_large(value: Any) -> bool:
    """Return whether a value consists of others that have names."""
    inner: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
    return any(isinstance(element, dict | BaseModel) for element in inner)


def _is_secret(model: type[BaseModel], path: tuple[int | str, ...]) -> bool:
    """Return whether the value at `path` must not be shown."""
    fields = (_field_at(model, path[:length]) for length in range(1, len(path) + 1))
    extras = [field.json_schema_extra for field in fields if field is not None]
    return {"secret": True} in extras


def _shown(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """Return the steps of a path as the user wrote them, without the tags of pydantic's unions."""
    return [
        str(step)
        for index, step in enumerate(path)
        # "[key]" stands for the key itself, which is the step before.
        if step != "[key]" and not (index and _is_tag(_field_at(model, path[:index]), step))
    ]


def _is_tag(field: FieldInfo | None, step: int | str) -> bool:
    return field is not None and field.discriminator is not None and bool(_tagged(field, step))


def _tagged(field: FieldInfo, tag: int | str) -> type[BaseModel] | None:
    """Return the model of a union that a tag selects."""
    for option in typing.get_args(field.annotation):
        if tag in typing.get_args(option.model_fields[str(field.discriminator)].annotation):
            return option
    return None


def _field_at(model: type[BaseModel], path: tuple[int | str, ...]) -> FieldInfo | None:
    """Return the field that the model has at `path`; None if it is not known."""
    parent = _model_at(model, path[:-1]) if path else None
    fields = parent.model_fields.items() if parent else ()
    return next((field for name, field in fields if path[-1] in (name, field.alias)), None)


def _model_at(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Return the model of the values at `path`; None if it is not known."""
    if not path:
        return model
    before = _field_at(model, path[:-1])
    if before is not None and before.discriminator is not None:
        return _tagged(before, path[-1])
    field = before if isinstance(path[-1], int) else _field_at(model, path)
    candidates = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else []
    nested = (c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel))
    return next(nested, None)


def _example(field: FieldInfo | None) -> str:
    """Return the end of a message: the field's example, else its plain default."""
    if field is None:
        return ""
    default = field.default if isinstance(field.default, str | int) else None
    example = field.examples[0] if field.examples else default
    return "" if example is None else f", e.g. {example!r}"
