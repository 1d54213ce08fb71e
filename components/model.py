"""The base of all settings models, and the one way in which wrong settings are reported."""

import difflib
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails


class SettingsError(Exception):
    """Settings that do not validate; the message lists every one with its path and the mend."""


class Model(BaseModel):
    """Immutable settings whose unknown keys are errors.

    Keys are camelCase in stack files and snake_case in Python, as in Pulumi's own SDKs.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: _camel(name),
        populate_by_name=True,
        use_attribute_docstrings=True,
    )

    @classmethod
    def parse(cls, data: Mapping[str, Any], where: str) -> Self:
        """`data` as this model.

        `where` names the place of the data (a stack file and key) in the messages.
        Raises SettingsError, listing all errors at once.
        """
        try:
            return cls.model_validate(dict(data))
        except ValidationError as error:
            raise SettingsError(_report(cls, error.errors(), where)) from None


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _report(model: type[BaseModel], errors: list[ErrorDetails], where: str) -> str:
    count = f"{len(errors)} wrong settings" if len(errors) > 1 else "a wrong setting"
    return "\n".join([f"{where}: {count}", *(f"  {_line(model, error)}" for error in errors)])


def _line(model: type[BaseModel], error: ErrorDetails) -> str:
    path = ".".join(str(step) for step in error["loc"]) or "(whole value)"
    if error["type"] == "extra_forbidden":
        known = _keys_at(model, error["loc"][:-1])
        close = difflib.get_close_matches(str(error["loc"][-1]), known, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
        return f"{path}: unknown key; {hint}"
    if error["type"] == "missing":
        return f"{path}: required and not set"
    message = error["msg"].removeprefix("Value error, ")
    return f"{path}: {error['input']!r} is not accepted: {message}"


def _keys_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The keys that the model accepts at `path` (empty where that cannot be told)."""
    for step in path:
        field = next((f for f in model.model_fields.values() if f.alias == step), None)
        candidates = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else []
        nested = [c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)]
        if not nested:
            return []
        model = nested[0]
    return sorted(str(field.alias) for field in model.model_fields.values())
