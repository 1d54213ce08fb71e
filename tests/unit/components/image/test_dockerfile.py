"""What of a Dockerfile decides where its base images come from."""

from pathlib import Path

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.image import ImageArgs
from components.image.dockerfile import base_arguments, mirrored_arguments, read_dockerfile
from components.registry.mirror_map import MirrorMap, Mirrors
from tests.unit.components.plan import REPOSITORY

_MIRRORS = Mirrors((MirrorMap(images={"node:22": "here/node"}),))


@pytest.mark.parametrize(
    "dockerfile",
    [
        "ARG BASE=node:22\nFROM ${BASE}\n",
        "ARG BASE=node:22\nFROM $BASE\n",
        "arg BASE=node:22\nfrom ${BASE}\n",
        'ARG BASE="node:22"\nFROM "${BASE}"\n',
        "ARG BASE='node:22'\nFROM ${BASE} AS build\n",
        "# syntax\n\n  ARG BASE=node:22\n\tFROM --platform=$BUILDPLATFORM ${BASE} AS x\n",
        "ARG OTHER=1 BASE=node:22\nFROM\t${BASE}\n",
        "ARG BASE=node:22\nFROM scratch\nFROM ${BASE}\n",
        "ARG VERSION=22\nARG BASE=node:${VERSION}\nFROM ${BASE}\n",
    ],
)
def test_an_argument_that_names_the_base_of_a_stage_is_a_base_argument(dockerfile: str) -> None:
    assert base_arguments(dockerfile, {}) == {"BASE": "node:22"}


@pytest.mark.parametrize(
    "dockerfile",
    [
        "FROM node:22\n",
        "ARG PORT=80\nFROM node:22\n",
        "FROM node:22\nARG BASE=node:22\nFROM ${BASE}\n",
        "ARG BASE\nFROM ${BASE}\n",
        "ARG BASE=node:22\nFROM ${BASE}-slim\n",
        "ARG BASE=node:${TAG:-22}\nFROM ${BASE}\n",
        "ARG BASE=node:22\nFROM node:20\nRUN echo FROM ${BASE}\n",
        "",
    ],
)
def test_other_arguments_are_no_base_arguments(dockerfile: str) -> None:
    assert base_arguments(dockerfile, {}) == {}


def test_only_bases_with_a_mirror_are_passed_to_the_build() -> None:
    text = "ARG ONE=node:22\nARG TWO=alpine:3\nFROM ${ONE}\nFROM ${TWO}\n"

    assert mirrored_arguments(text, _MIRRORS, {}) == {"ONE": "here/node"}


def test_a_base_that_the_settings_name_stays_as_it_is() -> None:
    text = "ARG BASE=alpine:3\nFROM ${BASE}\n"

    assert mirrored_arguments(text, _MIRRORS, {"BASE": "node:22"}) == {}


def test_a_value_of_the_settings_is_used_inside_a_default() -> None:
    text = "ARG VERSION=20\nARG BASE=node:${VERSION}\nFROM ${BASE}\n"

    assert mirrored_arguments(text, _MIRRORS, {}) == {}
    assert mirrored_arguments(text, _MIRRORS, {"VERSION": "22"}) == {"BASE": "here/node"}


@given(st.text())
def test_any_text_can_be_read_as_a_dockerfile(text: str) -> None:
    base_arguments(text, {})


def test_the_sample_can_be_built_from_a_mirror() -> None:
    text = (REPOSITORY / "app" / "Dockerfile").read_text()

    assert set(base_arguments(text, {})) == {"BASE"}


@pytest.mark.parametrize(
    ("args", "path"),
    [
        (ImageArgs(), "./Dockerfile"),
        (ImageArgs(context="app"), "app/Dockerfile"),
        (ImageArgs(context="app/"), "app/Dockerfile"),
        (ImageArgs(context="app", dockerfile="docker/web.Dockerfile"), "docker/web.Dockerfile"),
    ],
)
def test_the_dockerfile_is_in_the_context_unless_given(args: ImageArgs, path: str) -> None:
    assert args.dockerfile_path == path


def test_a_dockerfile_with_bytes_that_are_no_text_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi, "get_root_directory", lambda: str(tmp_path))
    (tmp_path / "Dockerfile").write_bytes(b"# caf\xe9\nARG BASE=node:22\nFROM ${BASE}\n")

    text = read_dockerfile(ImageArgs(), "the image")

    assert base_arguments(text, {}) == {"BASE": "node:22"}
