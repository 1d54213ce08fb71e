"""The base of all settings models, and the one way in which wrong settings are reported."""

import difflib
import typing
from collections.abc import Mapping
from typing import Any, Self, cast

import pulumi
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails


class SettingsError(pulumi.RunError):
    """Settings that do not validate; the message lists every one with its path and the mend.

    A RunError, because Pulumi shows its message alone: a traceback tells nothing more.
    """


class Model(BaseModel):
    """Immutable settings whose unknown keys are errors.

    Keys are camelCase in stack files and snake_case in Python, as in Pulumi's own SDKs.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )

    @classmethod
    def parse(cls, data: Any, where: str) -> Self:
        """`data` (as read from YAML, a mapping if all is well) as this model.

        `where` names the place of the data (a stack file and key) in the messages.
        Raises SettingsError, listing all errors at once.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise SettingsError(_report(cls, error.errors(), where)) from None

    @classmethod
    def given(cls, args: Self | None, settings: Mapping[str, object], where: str) -> Self:
        """The arguments of a component that takes them as `args` or as keywords, but not both.

        Raises SettingsError for both, and for keywords that do not validate.
        """
        if args is None:
            return cls.parse(settings, where)
        if settings:
            extra = ", ".join(settings)
            raise SettingsError(f"{where}: {extra} would be ignored beside `args`; set it there")
        return args


def _report(model: type[BaseModel], errors: list[ErrorDetails], where: str) -> str:
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
    if error["type"] == "missing":
        return f"{path}: required and not set{_example(field)}"
    message = error["msg"].removeprefix("Value error, ")
    if not steps and error["type"] == "value_error":
        return message  # of settings that do not go together: it names them itself
    if error["type"] == "value_error" and _is_large(error["input"]):
        return f"{path}: {message}"  # the same; all of what was given would be a wall of text
    if _is_secret(model, steps):
        return f"{path}: {message}"
    return f"{path}: {error['input']!r} is not accepted: {message}{_example(field)}"


def _is_large(value: Any) -> bool:
    """Whether a value is made of others that have names."""
    inner: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
    return any(isinstance(one, dict | BaseModel) for one in inner)


def _is_secret(model: type[BaseModel], path: tuple[int | str, ...]) -> bool:
    """Whether what is at `path` may not be shown."""
    fields = (_field_at(model, path[:length]) for length in range(1, len(path) + 1))
    extras = [field.json_schema_extra for field in fields if field is not None]
    return {"secret": True} in extras


def _shown(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The steps of a path as the user wrote them: without the tags by which pydantic chooses."""
    return [
        str(step)
        for index, step in enumerate(path)
        # "[key]" is pydantic's word for a key, which is the step before.
        if step != "[key]" and not (index and _is_tag(_field_at(model, path[:index]), step))
    ]


def _is_tag(field: FieldInfo | None, step: int | str) -> bool:
    return field is not None and field.discriminator is not None and bool(_tagged(field, step))


def _tagged(field: FieldInfo, tag: int | str) -> type[BaseModel] | None:
    """The model of a union that a tag chooses."""
    for option in typing.get_args(field.annotation):
        if tag in typing.get_args(option.model_fields[str(field.discriminator)].annotation):
            return option
    return None


def _field_at(model: type[BaseModel], path: tuple[int | str, ...]) -> FieldInfo | None:
    """The field that the model has at `path`; None where that cannot be told."""
    parent = _model_at(model, path[:-1]) if path else None
    fields = parent.model_fields.items() if parent else ()
    return next((field for name, field in fields if path[-1] in (name, field.alias)), None)


def _model_at(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model that the values at `path` belong to; None where that cannot be told."""
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
    """An accepted value, as the end of a message: the field's example, else its plain default."""
    if field is None:
        return ""
    default = field.default if isinstance(field.default, str | int) else None
    example = field.examples[0] if field.examples else default
    return "" if example is None else f", e.g. {example!r}"
