"""The generated pages are those that the models and docstrings give."""

import typing
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from stacks import component_reference, reference
from stacks.settings import Settings


def _fields(model: type[BaseModel], seen: set[str]) -> Iterator[tuple[str, FieldInfo]]:
    """Every field of a model and of those in it, once, by model and name."""
    if model.__name__ in seen:
        return
    seen.add(model.__name__)
    for name, field in model.model_fields.items():
        yield f"{model.__name__}.{name}", field
        for inner in _models(field.annotation):
            yield from _fields(inner, seen)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)


_FIELDS = dict(_fields(Settings, set()))
_WITH_DEFAULT = [
    name
    for name, field in _FIELDS.items()
    if not field.is_required() and not reference.models_in(field.annotation)
]
_LISTS_OF_MODELS = ["ClusterArgs.control_planes", "ClusterArgs.workers", "AppArgs.writable"]


@pytest.mark.parametrize("name", [*_WITH_DEFAULT, *_LISTS_OF_MODELS])
def test_a_default_that_is_shown_is_one_that_a_stack_file_may_give(name: str) -> None:
    field = _FIELDS[name]
    default = field.get_default(call_default_factory=True)
    shown = reference.shown_default(field)

    if shown == "none":
        assert default in (None, [], {})
    else:
        value = yaml.safe_load(shown.strip("`"))
        annotated: Any = Annotated
        read = TypeAdapter[Any](annotated[field.annotation, None, *field.metadata])
        assert read.validate_python(value) == default


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("AppArgs.writable", "`[/tmp]`"),
        ("ClusterArgs.workers", "`2`"),
        ("ClusterArgs.control_planes", "`1`"),
        ("WorkerArgs.mounts", "none"),
        ("AppArgs.expose", "`true`"),
        ("MigrationArgs.command", "required"),
    ],
)
def test_lists_are_shown_by_their_entries_and_nodes_by_their_number(name: str, shown: str) -> None:
    assert reference.shown_default(_FIELDS[name]) == shown


def test_every_setting_is_in_one_section_of_the_page() -> None:
    shown = [line for line in reference.page().splitlines() if line.startswith("| `slipway:")]

    assert len(shown) == len(list(reference.rows())) > 170


def test_the_page_of_settings_is_up_to_date() -> None:
    assert reference.PAGE.read_text() == reference.page(), "make docs"


def test_the_page_of_components_is_up_to_date() -> None:
    assert component_reference.PAGE.read_text() == component_reference.page(), "make docs"


def test_every_public_class_is_on_the_page_of_components() -> None:
    for cls in component_reference.public_classes():
        assert f"\n### {cls.__name__}\n" in component_reference.page()


def test_every_parameter_of_a_component_is_described() -> None:
    assert component_reference.undescribed() == [], "add it to stacks/component_reference.py"
