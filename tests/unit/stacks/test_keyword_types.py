"""The types that editors complete and check the components' keywords with."""

import inspect
import typing
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, BeforeValidator

import components
from components import (
    App,
    AppArgs,
    AppKeywords,
    Cluster,
    ClusterArgs,
    ClusterKeywords,
    Image,
    ImageArgs,
    ImageKeywords,
    Registry,
    RegistryArgs,
    RegistryKeywords,
)
from components.app import keywords
from components.settings.model import Model
from stacks import keyword_types

_FILES = keyword_types.files()


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.parent.name)
def test_the_committed_types_are_the_ones_that_the_settings_give(path: Path) -> None:
    assert path.read_text() == _FILES[path], "python -m stacks.keyword_types"


@pytest.mark.parametrize(
    ("component", "model", "typed"),
    [
        (App, AppArgs, AppKeywords),
        (Cluster, ClusterArgs, ClusterKeywords),
        (Image, ImageArgs, ImageKeywords),
        (Registry, RegistryArgs, RegistryKeywords),
    ],
)
def test_a_component_takes_every_setting_by_a_keyword_or_a_parameter_of_its_own(
    component: type, model: type[BaseModel], typed: type
) -> None:
    parameters = set(inspect.signature(component).parameters)
    names = set(typing.get_type_hints(typed))

    assert names == set(model.model_fields) - parameters


def test_every_nested_mapping_has_the_keys_of_its_settings() -> None:
    models = {
        name: getattr(components, name)
        for name in dir(components)
        if f"{name}Dict" in vars(keywords)
    }

    assert {"AutoscaleArgs", "SidecarArgs", "ServiceArgs"} <= set(models)
    for name, model in models.items():
        typed = typing.get_type_hints(getattr(keywords, f"{name}Dict"))
        assert set(typed) == set(model.model_fields), name


class _Volume(Model):
    size: str


@pytest.mark.parametrize(
    ("setting", "accepted"),
    [
        (_Volume | None, "_Volume | _VolumeDict | None"),
        (dict[str, _Volume], "Mapping[str, _Volume | _VolumeDict]"),
        (list[_Volume], "Sequence[_Volume | _VolumeDict]"),
        (list[str], "list[str]"),
        (
            Annotated[
                list[int], BeforeValidator(list[int], json_schema_input_type=int | list[int])
            ],
            "int | Sequence[int]",
        ),
    ],
)
def test_a_keyword_accepts_every_form_in_which_a_setting_can_be_written(
    setting: Any, accepted: str
) -> None:
    assert keyword_types.accepted_type(setting) == accepted


def test_a_setting_of_a_type_that_has_not_been_seen_is_an_error_that_names_it() -> None:
    class Odd(components.AppArgs):
        odd: bytes = b""

    with pytest.raises(TypeError, match=r"<class 'bytes'>: stacks/keyword_types.py has no type"):
        keyword_types.accepted_type(Odd.model_fields["odd"].annotation)
