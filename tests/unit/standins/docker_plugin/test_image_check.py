"""Check and Diff of an Image beyond the recorded situations.

Belongs here: defaults, unknowns, wrong types and the words of refusals.
"""

from pathlib import Path
from typing import Any

import pytest

from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.image.diff import changed_inputs
from standins.docker_plugin.image.inputs import (
    checked_inputs,
    dockerfile_in_context,
    machine_platform,
)
from standins.docker_plugin.values import UNKNOWN

NAME = "localhost:5001/web:dev"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    return tmp_path


def check(said: list[str] | None = None, **news: Any) -> dict[str, Any]:
    tell = (said if said is not None else []).append
    return checked_inputs({"imageName": NAME, "skipPush": False, **news}, tell)


def test_a_missing_build_is_filled_in_whole(project: Path) -> None:
    (project / "Dockerfile").write_text("FROM scratch\n")
    inputs = check()
    assert inputs["build"].pop("contextDigest")
    assert inputs == {
        "imageName": NAME,
        "skipPush": False,
        "buildOnPreview": False,
        "build": {"context": ".", "dockerfile": "Dockerfile", "platform": machine_platform()},
    }


def test_the_dockerfile_is_looked_for_in_the_context() -> None:
    build = check(build={"context": "./app"})["build"]
    assert build["dockerfile"] == "app/Dockerfile"
    assert dockerfile_in_context(build) == "Dockerfile"


def test_a_missing_platform_is_reported_on_every_run_and_a_given_one_is_not() -> None:
    said: list[str] = []
    check(said, build={"context": "app"})
    assert "names no platform" in said[0]
    said.clear()
    check(said, build={"context": "app", "platform": "linux/arm64"})
    assert said == []


def test_unknown_properties_pass_and_a_missing_name_is_no_failure() -> None:
    inputs = checked_inputs({"build": {"context": "app"}, "other": [1]}, print)
    assert inputs["other"] == [1]
    assert "imageName" not in inputs


def test_unknown_values_pass() -> None:
    build = {"context": "app", "args": {"V": UNKNOWN}}
    inputs = check(imageName=UNKNOWN, build=build)
    assert inputs["imageName"] == UNKNOWN
    assert inputs["build"]["args"] == {"V": UNKNOWN}
    assert check(build=UNKNOWN)["build"] == UNKNOWN
    assert check(build={"context": "app", "args": UNKNOWN})["build"]["args"] == UNKNOWN


def test_an_unknown_context_is_hashed_as_the_project(project: Path) -> None:
    known = check(build={"context": ".", "dockerfile": "app/Dockerfile"})["build"]
    unknown = check(build={"context": UNKNOWN, "dockerfile": "app/Dockerfile"})["build"]
    assert unknown["contextDigest"] == known["contextDigest"]
    assert unknown["context"] == UNKNOWN


def test_a_null_argument_is_dropped() -> None:
    assert check(build={"context": "app", "args": {"A": None, "B": "b"}})["build"]["args"] == {
        "B": "b"
    }


@pytest.mark.parametrize(
    ("news", "words"),
    [
        ({"build": {"context": "app", "args": {"N": 3}}}, "build.args.N of the Image must be a"),
        ({"build": {"context": "app", "args": {"B": True}}}, "build.args.B of the Image must be"),
        ({"build": {"context": "app", "args": ["V=1"]}}, "build.args of the Image must be a map"),
        ({"build": {"context": 1}}, "build.context of the Image must be a string, got 1"),
        ({"build": "app"}, "build of the Image must be a map"),
        ({"skipPush": "yes"}, "skipPush of the Image must be a boolean, got 'yes'"),
        ({"imageName": 5}, "imageName of the Image must be a string, got 5"),
        ({"build": {"context": "app", "cacheFrom": {}}}, "requires an `images` field"),
        ({"build": {"context": "app", "builderVersion": "V2"}}, "BuilderV1, BuilderBuildKit"),
        ({"registry": {"password": 1}}, "registry.password of the Image must be a string"),
    ],
)
def test_what_ends_the_vendors_process_is_one_clear_message(
    news: dict[str, Any], words: str
) -> None:
    with pytest.raises(PluginError) as error:
        check(**news)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("web", "repository name must be canonical"),
        ("me/web:1", "repository name must be canonical"),
        ("docker.io/web", "repository name must be canonical"),
        ("localhost:5001/X", "must be lowercase"),
        ("", "invalid reference format"),
        ("localhost:5001/a b", "invalid reference format"),
    ],
)
def test_a_name_that_cannot_be_pushed_is_refused_only_when_it_is_pushed(
    name: str, words: str
) -> None:
    build = {"context": "app"}
    with pytest.raises(PluginError, match=words):
        check(imageName=name, build=build)
    assert check(imageName=name, build=build, skipPush=True)["imageName"] == name
    cached = {**build, "cacheFrom": {"images": ["localhost:5001/web:dev"]}}
    with pytest.raises(PluginError, match=words):
        check(imageName=name, build=cached, skipPush=True)


@pytest.mark.parametrize(
    "name",
    [
        "localhost:5001/web",
        "localhost/web:1",
        "docker.io/me/web:1",
        "ghcr.io/a/b/c:v1.2",
        "[::1]:5001/web",
        "localhost:5001/web@sha256:" + "a" * 64,
    ],
)
def test_a_full_name_is_accepted(name: str) -> None:
    assert check(imageName=name, build={"context": "app"})["imageName"] == name


@pytest.mark.parametrize(
    ("dockerfile", "words"),
    [
        ("Dockerfile", 'Try setting `dockerfile` to "app/Dockerfile"'),
        ("/nowhere/Dockerfile", 'expected a relative Dockerfile path; got "/nowhere/Dockerfile"'),
        ("other", 'could not open dockerfile at relative path "other": stat other'),
    ],
)
def test_a_missing_dockerfile_says_where_it_was_looked_for(dockerfile: str, words: str) -> None:
    with pytest.raises(PluginError) as error:
        check(build={"context": "app", "dockerfile": dockerfile})
    assert words in str(error.value)


BEFORE = {"imageName": NAME, "registry": {"server": "s", "username": "u", "password": "p"}}


@pytest.mark.parametrize(
    ("registry", "kind"),
    [
        ({"server": "s", "username": "u", "password": "new"}, None),
        ({"server": "s", "username": "u"}, None),
        ({"server": "s", "username": "u", "password": UNKNOWN}, None),
        ({"username": "u", "password": "p"}, None),
        ({"server": "t", "username": "u", "password": "p"}, "UPDATE"),
        ({"server": UNKNOWN, "username": "u", "password": "p"}, "UPDATE"),
        (UNKNOWN, "UPDATE"),
        (None, "DELETE"),
    ],
)
def test_only_another_registry_is_a_change_never_other_credentials(
    registry: Any, kind: str | None
) -> None:
    news = {"imageName": NAME} | ({"registry": registry} if registry else {})
    assert changed_inputs({"__inputs": BEFORE}, news).get("registry") == kind


def test_every_change_of_an_image_is_an_update_in_place() -> None:
    olds = {"__inputs": {"imageName": NAME, "skipPush": False, "build": {"context": "app"}}}
    news = {"imageName": UNKNOWN, "skipPush": True, "build": {"context": "./app"}}
    assert changed_inputs(olds, news) == dict.fromkeys(news, "UPDATE")


def test_a_state_without_its_inputs_counts_as_all_new() -> None:
    assert changed_inputs({"repoDigest": "x"}, BEFORE) == dict.fromkeys(BEFORE, "ADD")
