"""Configuration in Pulumi.yaml, as Pulumi adds it to that of a stack."""

from pathlib import Path
from typing import Any

import pytest

from components import SettingsError
from components.settings.configuration import stack_configuration, text
from components.settings.project_file import ProjectFile


def _project(tmp_path: Path, config: str) -> ProjectFile:
    (tmp_path / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\n{config}\n")
    return ProjectFile.read(tmp_path)


def _completed(tmp_path: Path, config: str, own: str = "") -> dict[str, str]:
    stack = stack_configuration(f"config: {{{own}}}".encode(), "shop")
    completed = _project(tmp_path, config).completed(stack, "dev")
    return {key: text(value) for key, value in completed.items()}


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("k: text", "text"),
        ("k: 010", "8"),
        ("k: TRUE", "true"),
        ("k: yes", "yes"),
        ("k: [1, a, 2.0]", '[1, "a", 2]'),
        ("shop:k: text", "text"),
        ("k: {default: text}", "text"),
        ("k: {value: text}", "text"),
        ("k: {type: integer, default: 7}", "7"),
        (
            "k: {type: object, default: {b: 1, a: 2024-01-01}}",
            '{"a": "2024-01-01T00:00:00Z", "b": 1}',
        ),
        ("k: {default: 2024-01-01}", "2024-01-01T00:00:00Z"),
        ("k: {default: 1.5}", "1.5"),
        ("k: {default: 18446744073709551615}", "18446744073709552000"),
        ("k: {default: ''}", ""),
    ],
)
def test_a_value_of_the_project_is_one_of_each_stack(
    tmp_path: Path, declared: str, value: str
) -> None:
    """The values are those of the Go sources of the pinned Pulumi."""
    assert _completed(tmp_path, f"config: {{{declared}}}") == {"shop:k": value}


def test_what_a_stack_sets_wins_and_nothing_is_merged(tmp_path: Path) -> None:
    declared = "config: {k: {default: {a: 1, b: 2}}, slipway:app: {value: {port: 80}}}"

    assert _completed(tmp_path, declared, "k: {b: 3}") == {
        "shop:k": '{"b": 3}',
        "slipway:app": '{"port": 80}',
    }


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("k: {type: string}", r"Pulumi\.dev\.yaml: shop:k: required by Pulumi\.yaml and not set"),
        ("k:", r"Pulumi\.dev\.yaml: shop:k: required"),
        ("slipway:app: {default: {port: 80}}", r"slipway:app is not the project's own and needs"),
        ("k: 1.5", r"Pulumi\.yaml: config: k is no mapping"),
        ("k: {default: {1: a}}", r"Pulumi\.yaml: config: k: the key 1 is no text"),
        ("names[0]: a", r"Pulumi\.yaml: config: shop:names\[0\] is a path with an index"),
        ("a..b: x", r"Pulumi\.yaml: config: shop:a\.\.b is a path with"),
        ("a:b:c: x", r"Pulumi\.yaml: config: a:b:c is no key"),
    ],
)
def test_a_declaration_that_gives_no_value_is_refused_in_words(
    tmp_path: Path, declared: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        _completed(tmp_path, f"config:\n  {declared}")


def test_a_declaration_that_the_stack_fulfils_is_accepted(tmp_path: Path) -> None:
    assert _completed(tmp_path, "config: {k: {type: string}}", "k: x") == {"shop:k": "x"}


@pytest.mark.parametrize(
    ("config", "folder"),
    [("", "."), ("stackConfigDir: stacks", "stacks"), ("config: stacks", "stacks")],
)
def test_the_folder_of_the_stack_files_has_two_names(
    tmp_path: Path, config: str, folder: str
) -> None:
    project = _project(tmp_path, config)

    assert project.stack_file("dev") == tmp_path / folder / "Pulumi.dev.yaml"
    assert project.declared == {}


@pytest.mark.parametrize("content", ["- a", "name: [a", "config: [a]", None])
def test_a_project_file_that_cannot_be_read_is_refused_in_words(
    tmp_path: Path, content: Any
) -> None:
    if content is not None:
        (tmp_path / "Pulumi.yaml").write_text(content)

    with pytest.raises(SettingsError, match=r"Pulumi\.yaml cannot be read: "):
        ProjectFile.read(tmp_path)


@pytest.mark.parametrize(
    ("declared", "own", "value"),
    [
        ("app.port: 80", "", '{"port": 80}'),
        ("app.port: 80", "app: {x: 1}", '{"port": 80, "x": 1}'),
        ("app.port: 80", "app: {port: 1}", '{"port": 1}'),
        ("app.port: '80'", "", '{"port": 80}'),
        ("app.port: '-5'", "", '{"port": -5}'),
        ("app.port: '080'", "", '{"port": "080"}'),
        ("app.debug: 'true'", "", '{"debug": true}'),
        ("app.a.b: {default: {c: 1}}", "app: {a: {d: 2}}", '{"a": {"b": {"c": 1}, "d": 2}}'),
        ("app.port: 80", "app: text", '{"port": 80}'),
        ("app.port: {type: integer}", "app: {port: 1}", '{"port": 1}'),
    ],
)
def test_a_path_sets_what_the_stack_leaves_out_inside_of_a_value(
    tmp_path: Path, declared: str, own: str, value: str
) -> None:
    """The values are those of the Go sources of the pinned Pulumi."""
    assert _completed(tmp_path, f"config:\n  {declared}", own) == {"shop:app": value}


@pytest.mark.parametrize("own", ["app: {a: 5}", "app: [1]"])
def test_a_path_through_a_value_that_is_no_mapping_is_refused(tmp_path: Path, own: str) -> None:
    with pytest.raises(SettingsError, match=r"shop:app\.a\.b leads through a value that is no map"):
        _completed(tmp_path, "config:\n  app.a.b: x", own)
