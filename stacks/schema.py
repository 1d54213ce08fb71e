"""The JSON Schema of stack files, for editors: `python -m stacks.schema > stacks/schema.json`."""

import json
from typing import Any, cast

from components.settings.stack_file import NAMESPACE, SECRETS
from stacks.descriptions import Described
from stacks.settings import Settings

_SECRET = {
    "description": "A secret: `pulumi config set --secret` writes it.",
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
_IMAGE = {"description": "The image to build; or, as a text, an existing image in a registry."}


def document() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a stack file; keys of other programs are accepted."""
    settings = _without_defaults(
        Settings.model_json_schema(ref_template="#/$defs/{model}", schema_generator=Described)
    )
    properties = {f"{NAMESPACE}:{key}": value for key, value in settings["properties"].items()}
    image = f"{NAMESPACE}:image"
    properties[image] = {**_IMAGE, "anyOf": [{"type": "string"}, properties[image]]}
    properties |= {f"{NAMESPACE}:{key}": _SECRET for key in sorted(SECRETS)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack file of Slipway",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": properties,
                # The file that it extends may have what the stack's own file leaves out.
                "anyOf": [
                    {"required": [f"{NAMESPACE}:{key}" for key in settings["required"]]},
                    {"required": [f"{NAMESPACE}:extends"]},
                ],
                "patternProperties": {f"^(?!{NAMESPACE}:)": True},
                "additionalProperties": False,
            }
        },
        "$defs": settings["$defs"],
    }


def _without_defaults(schema: Any) -> Any:
    """Return a schema without the defaults of whole models, which their settings repeat."""
    if isinstance(schema, dict):
        items = cast("dict[str, Any]", schema).items()
        kept = {k: v for k, v in items if k != "default" or not isinstance(v, dict | list)}
        return {key: _without_defaults(value) for key, value in kept.items()}
    if isinstance(schema, list):
        return [_without_defaults(each) for each in cast("list[Any]", schema)]
    return schema


def text() -> str:
    """Return the schema in the form of stacks/schema.json."""
    return json.dumps(document(), indent=2) + "\n"


if __name__ == "__main__":
    print(text(), end="")
