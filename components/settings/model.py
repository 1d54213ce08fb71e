"""The base of all settings models."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import pulumi
from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from .report import RENAMED, report


class SettingsError(pulumi.RunError):
    """Settings that do not validate; the message lists each with its path and how to fix it.

    A RunError, of which Pulumi shows the message without a traceback.
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
    )

    former_names: ClassVar[Mapping[str, str]] = {}
    """Former names of settings with the present ones, as in Python; those of bases count too."""

    @model_validator(mode="wrap")
    @classmethod
    def _former_names_are_refused(
        cls, data: Any, validate: ModelWrapValidatorHandler[Self]
    ) -> Self:
        try:
            return validate(data)
        except ValidationError as error:
            errors = error.errors()
            if not any(cls._present_name(each) for each in errors):
                raise
            lines = [cls._line(each) for each in errors]
            raise ValidationError.from_exception_data(error.title, lines) from None

    @classmethod
    def _present_name(cls, error: ErrorDetails) -> str | None:
        """Return the present name of the setting that an error is about, if it was renamed."""
        if error["type"] != "extra_forbidden" or len(error["loc"]) != 1:
            return None
        names = {
            key: present
            for base in reversed(cls.__mro__)
            for former, present in vars(base).get("former_names", {}).items()
            for key in (former, to_camel(former))
        }
        return names.get(str(error["loc"][0]))

    @classmethod
    def _line(cls, error: ErrorDetails) -> InitErrorDetails:
        """Return an error, with the present name if it is about a setting that was renamed."""
        if present := cls._present_name(error):
            shown = f"{to_camel(present)} ({present} in Python)"
            kind = PydanticCustomError(RENAMED, "renamed to {name}", {"name": shown})
        else:
            copied: Any = (error["type"], error["msg"], error.get("ctx"))
            kind = PydanticCustomError(*copied)
        return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"])

    @classmethod
    def parse(cls, data: Any, where: str) -> Self:
        """Return `data`, as read from YAML (a mapping where it is right), as this model.

        `where` names the place of the data (a stack file and key) in the messages.
        Raises SettingsError, listing all errors at once.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise SettingsError(report(cls, error.errors(), where)) from None

    @classmethod
    def given(cls, args: Self | None, settings: Mapping[str, object], where: str) -> Self:
        """Return the arguments of a component, which come as `args` or as keywords: not as both.

        Raises SettingsError for both, and for keywords that do not validate.
        """
        if args is None:
            return cls.parse(settings, where)
        if settings:
            extra = ", ".join(settings)
            raise SettingsError(f"{where}: {extra} would be ignored beside `args`; set it there")
        return args
