"""The JSON Schema that editors check stack files with."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks import schema

_STACKS = Path(__file__).resolve().parents[3] / "stacks"
_FILES = sorted(_STACKS.glob("Pulumi.*.yaml"))


def test_the_schema_that_is_kept_is_the_one_that_the_models_give() -> None:
    assert (_STACKS / "schema.json").read_text() == schema.text(), (
        "python -m stacks.schema > stacks/schema.json"
    )


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_every_stack_file_names_the_schema_for_editors(file: Path) -> None:
    assert file.read_text().startswith("# yaml-language-server: $schema=schema.json\n")


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_every_key_of_the_stack_files_is_in_the_schema(file: Path) -> None:
    properties: dict[str, Any] = schema.document()["properties"]["config"]["properties"]

    assert set(yaml.safe_load(file.read_text())["config"]) <= set(properties)


def test_every_setting_is_described() -> None:
    document = schema.document()
    models = [*document["$defs"].values(), document["properties"]["config"]]

    bare = [
        name
        for model in models
        for name, setting in model["properties"].items()
        if not {"description", "$ref", "oneOf"} & set(setting)
    ]
    assert bare == []


def test_a_mistyped_slipway_key_is_an_error_and_keys_of_other_programs_are_not() -> None:
    config = schema.document()["properties"]["config"]

    assert config["additionalProperties"] is False
    assert list(config["patternProperties"]) == ["^(?!slipway:)"]
