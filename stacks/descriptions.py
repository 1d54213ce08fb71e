"""What the docstrings below the fields of a settings model say, for documents and editors.

They are read from the source when asked for: pydantic would do that at the start of every program.
"""

import ast
import functools
import inspect
import textwrap
from itertools import pairwise
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema


def description(model: type[BaseModel], field: str) -> str:
    """Return the docstring of a field, from the class that declares it last; empty without one."""
    of_classes = (
        _descriptions(each)
        for each in model.__mro__
        if issubclass(each, BaseModel) and each is not BaseModel
    )
    return next((found[field] for found in of_classes if field in found), "")


class Described(GenerateJsonSchema):
    """Generates the JSON Schema of models with the docstrings of their fields."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a model, with a description for each field that has a docstring."""
        model: type[BaseModel] = schema["cls"]
        made = super().model_schema(schema)
        properties: dict[str, Any] = made.get("properties", {})
        for name, field in model.model_fields.items():
            if text := description(model, name):
                key = field.alias or name
                properties[key] = {**properties[key], "description": text}
        return made


def statements(cls: type) -> list[ast.stmt]:
    """Return the statements in the body of a class."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    return cast("ast.ClassDef", body).body


@functools.cache
def _descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstrings of the fields that a class itself declares."""
    found: dict[str, str] = {}
    for statement, below in pairwise(statements(model)):
        match statement, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = inspect.cleandoc(text)
            case _:
                pass
    return found
