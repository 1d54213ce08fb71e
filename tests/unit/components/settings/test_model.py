"""The report of wrong settings: all of them, each with its path and how to fix it."""

from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from components import SettingsError
from components.app.args import AppArgs
from components.settings.model import Model


class _Inner(Model):
    node_count: int = Field(default=3, ge=1)
    image_name: str


class _Outer(Model):
    inner: _Inner
    maybe: _Inner | None = None
    zones: list[str] = Field(default_factory=list, examples=[["a", "b"]])


def _message(data: Any, model: type[Model] = _Outer) -> str:
    with pytest.raises(SettingsError) as caught:
        model.parse(data, "stack dev")
    return str(caught.value)


def test_every_error_is_listed_with_its_path() -> None:
    message = _message(
        {"inner": {"nodeCount": 0, "imageNam": "x"}, "maybe": {"nodeCount": "two"}, "zones": 5}
    )

    first, *lines = message.splitlines()
    assert first == "stack dev: 6 wrong settings"
    assert sorted(line.split(":")[0].strip() for line in lines) == [
        "inner.imageNam",
        "inner.imageName",
        "inner.nodeCount",
        "maybe.imageName",
        "maybe.nodeCount",
        "zones",
    ]


def test_a_wrong_value_is_shown_with_what_is_allowed_and_an_example() -> None:
    message = _message({"inner": {"nodeCount": 0, "imageName": "x"}})

    assert message == (
        "stack dev: a wrong setting\n  inner.nodeCount: 0 is not accepted: "
        "Input should be greater than or equal to 1, e.g. 3"
    )


def test_an_example_of_the_field_is_preferred_to_its_default() -> None:
    message = _message({"inner": {"imageName": "x"}, "zones": "a"})

    assert message.endswith("valid list, e.g. ['a', 'b']")


def test_an_unknown_key_comes_with_the_closest_known_one() -> None:
    assert "inner.nodecount: unknown key; did you mean nodeCount?" in _message(
        {"inner": {"nodecount": 1, "imageName": "x"}}
    )


def test_an_unknown_key_unlike_any_other_comes_with_all_known_ones() -> None:
    assert "maybe.q: unknown key; known: imageName, nodeCount" in _message(
        {"inner": {"imageName": "x"}, "maybe": {"imageName": "x", "q": 1}}
    )


def test_a_required_key_is_named() -> None:
    assert _message({"inner": {}}).endswith("inner.imageName: required and not set")


@pytest.mark.parametrize("data", [None, "kind", ["kind"], 3])
def test_data_other_than_a_mapping_is_an_error_in_words(data: Any) -> None:
    message = _message(data)

    assert message.startswith("stack dev: a wrong setting\n  (whole value): ")
    assert repr(data) in message


@given(st.sets(st.sampled_from(["port", "replicas", "cpu", "memory", "user"]), min_size=1))
def test_no_error_hides_another(wrong: set[str]) -> None:
    message = _message(dict.fromkeys(wrong, "?"), AppArgs)

    assert {line.split(":")[0].strip() for line in message.splitlines()[1:]} == wrong


@given(st.text(min_size=1).filter(lambda key: key not in AppArgs.model_fields))
def test_no_unknown_key_is_ignored(key: str) -> None:
    aliases = {field.alias for field in AppArgs.model_fields.values()}
    if key not in aliases:
        assert "unknown key" in _message({key: 1}, AppArgs)


@pytest.mark.parametrize(
    ("former", "present"),
    [
        ({"secretFolders": {}}, "secretFolders: renamed to secretVolumes (secret_"),
        ({"secret_folders": {}}, "secret_folders: renamed to secretVolumes (secret_volumes in"),
        ({"nodeLossSeconds": 5}, "nodeLossSeconds: renamed to nodeUnreachableSeconds"),
        (
            {"disk": "1Gi"},
            "disk: renamed to ephemeralStorage (ephemeral_storage in Python)",
        ),
        ({"diskLimit": "1Gi"}, "diskLimit: renamed to ephemeralStorageLimit"),
        ({"data": {"disk": "1Gi", "command": ["x"]}}, "data.disk: renamed to ephemeralStorage"),
        ({"sidecars": [{"name": "a", "disk": "1Gi"}]}, "sidecars.0.disk: renamed"),
        ({"init": [{"name": "a", "disk_limit": "1Gi"}]}, "init.0.disk_limit: renamed"),
        (
            {"autoscale": {"max": 2, "calmSeconds": 5}},
            "autoscale.calmSeconds: renamed to scaleDownStabilizationSeconds",
        ),
    ],
)
def test_a_former_name_is_refused_with_the_present_one(former: Any, present: str) -> None:
    assert present in _message(former, AppArgs)
    assert "unknown key" not in _message(former, AppArgs)


def test_a_former_name_hides_no_other_error() -> None:
    message = _message(
        {"disk": "1Gi", "port": 0, "replica": 3, "data": {"command": []}, "health": {}}, AppArgs
    )

    _, *lines = message.splitlines()
    assert sorted(line.split(": ")[0].strip() for line in lines) == [
        "data.command", "disk", "health", "port", "replica",
    ]  # fmt: skip
    assert "did you mean replicas?" in message


def test_a_former_name_as_a_keyword_is_refused_too() -> None:
    with pytest.raises(ValueError, match=r"renamed to secretVolumes \(secret_volumes in Pyth"):
        AppArgs(secret_folders={})  # pyright: ignore[reportCallIssue]


def test_keys_are_camel_case_in_files_and_snake_case_in_python() -> None:
    assert AppArgs.parse({"startupSeconds": 5}, "") == AppArgs(startup_seconds=5)


def test_settings_do_not_change_once_made() -> None:
    with pytest.raises(ValueError, match="frozen"):
        AppArgs().port = 1  # pyright: ignore[reportAttributeAccessIssue]


def test_pulumi_shows_the_message_without_a_traceback() -> None:
    assert issubclass(SettingsError, pulumi.RunError)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"env": {"9X": "1"}}, "env.9X: '9X' is not accepted"),
        ({"env": {"A=B": "1"}}, "env.A=B: 'A=B' is not accepted"),
        ({"health": "healthz"}, "begins with a slash, e.g. /healthz"),
        ({"port": 70000}, "less than or equal to 65535"),
        ({"replicas": -1}, "greater than or equal to 0"),
        ({"user": 0}, "greater than or equal to 1"),
        ({"data": {"command": []}}, "data.command: [] is not accepted"),
        ({"data": {"command": ["x"], "path": "data"}}, "data.path: 'data' is not accepted"),
        ({"memory": "lots"}, "e.g. '256Mi'"),
    ],
)
def test_settings_of_an_application_are_checked(settings: dict[str, Any], line: str) -> None:
    assert line in _message(settings, AppArgs)
