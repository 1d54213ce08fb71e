"""Which words of a Dockerfile become those of the mirror map, and which stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.image.mirrored import mirrored_dockerfile
from components.registry.mirror_map import MirrorMap, Mirrors

_NODE = Mirrors((MirrorMap(images={"node:22": "here/node", "docker/dockerfile": "builtin"}),))
_HUB = Mirrors((MirrorMap(registries={"docker.io": "here/hub"}),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM node:22\n", "FROM here/node\n"),
        ("from node:22 as node:22\n", "from here/node as node:22\n"),
        ('FROM --platform=$BUILDPLATFORM "node:22" AS x\n',
         'FROM --platform=$BUILDPLATFORM "here/node" AS x\n'),
        ("FROM \\\n  # why\n  node:22\n", "FROM \\\n  # why\n  here/node\n"),
        ("FROM scratch\nCOPY --from=node:22 a b\n", "FROM scratch\nCOPY --from=here/node a b\n"),
        ("FROM scratch\nRUN --mount=type=bind,from=node:22,target=/n x\n",
         "FROM scratch\nRUN --mount=type=bind,from=here/node,target=/n x\n"),
    ],
)  # fmt: skip
def test_an_image_without_an_argument_is_replaced_by_its_mirror(before: str, after: str) -> None:
    assert mirrored_dockerfile(before, _NODE).text == after


@pytest.mark.parametrize(
    "text",
    [
        "FROM ${BASE}\n",
        "FROM scratch AS build\nFROM build\nCOPY --from=build /a /b\nCOPY --from=0 /a /b\n",
        "FROM other.example/x\nRUN echo \\\n  FROM node:22\n",
        "FROM other.example/x\nRUN psql <<EOF\nSELECT 1\nFROM users\nEOF\nRUN true\n",
        "FROM other.example/x\nRUN <<-'EOF' sh\nFROM users\n\tEOF\n",
        "# FROM node:22\nFROM other.example/x\n",
    ],
)
def test_stages_arguments_and_texts_of_commands_stay(text: str) -> None:
    assert mirrored_dockerfile(text, _HUB).text == text


def test_a_here_document_without_an_end_hides_no_line() -> None:
    text = "FROM other.example/x\nRUN echo 1 <<EOF\nFROM node\n"

    assert mirrored_dockerfile(text, _HUB).text.endswith("FROM here/hub/library/node\n")


def test_a_frontend_gets_its_mirror() -> None:
    mirrored = mirrored_dockerfile("# syntax=docker/dockerfile:1\nFROM scratch\n", _HUB)

    assert mirrored.text == "# syntax=here/hub/docker/dockerfile:1\nFROM scratch\n"
    assert mirrored.removed_frontend is None


@pytest.mark.parametrize("tag", ["", ":1", ":1.7-labs", f":1@sha256:{'0' * 64}"])
def test_the_frontend_in_docker_replaces_one_that_cannot_be_pulled(tag: str) -> None:
    text = f"# syntax=docker/dockerfile{tag}\n# escape=`\n\nFROM scratch\n"
    mirrored = mirrored_dockerfile(text, _NODE)
    lines = mirrored.text.splitlines()

    assert mirrored.removed_frontend == f"docker/dockerfile{tag}"
    assert lines[0] == "# escape=`", "a comment before it would make it one, too"
    assert lines[1].startswith("# The frontend docker/dockerfile")
    assert lines[2:] == ["", "FROM scratch"], "messages name the same lines"


@pytest.mark.parametrize(
    "text",
    [
        "# syntax=other.example/frontend:1\nFROM scratch\n",
        "FROM scratch\n# syntax=docker/dockerfile:1\n",
    ],
)
def test_another_frontend_or_a_comment_stays(text: str) -> None:
    assert mirrored_dockerfile(text, _NODE).text == text


def test_without_a_mirror_map_nothing_changes() -> None:
    text = "# syntax=docker/dockerfile:1\r\nFROM node:22"

    assert mirrored_dockerfile(text, Mirrors()).text == text


def test_images_without_a_mirror_are_named_with_their_lines() -> None:
    text = "FROM node:22\nFROM other.example/x\n\nFROM alpine:3\n"
    named = mirrored_dockerfile(text, _NODE).without_mirror

    assert [(each.line, each.reference) for each in named] == [(3, "alpine:3")]


@given(st.text())
def test_any_text_is_read_and_keeps_its_lines(text: str) -> None:
    changed = mirrored_dockerfile(text, _NODE).text
    assert len(changed.splitlines()) == len(text.splitlines())
