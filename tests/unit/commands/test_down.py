"""Belongs here: what `make down` and `make clean` remove, and in which order."""

import json
from typing import Any

import pytest

from commands.clean import clean
from commands.down import down
from commands.errors import CommandError
from commands.stack import Stack
from tests.unit.commands.fakes import Program, as_text, deployed, deployment, resource

_REPOSITORY = "localhost:5001/hello-node"
_IMAGE = resource("docker:index/image:Image", "hello", outputs={"imageName": f"{_REPOSITORY}:kind"})
_LISTING = "image ls --all --digests localhost:5001/hello-node"


def _row(tag: str, digest: str, **more: str) -> str:
    return json.dumps({"Repository": _REPOSITORY, "Tag": tag, "Digest": digest, **more}) + "\n"


def _holds(pulumi: Program, *states: dict[str, Any], names: tuple[str, ...] = ("kind",)) -> None:
    pulumi.answers("stack ls", json.dumps([{"name": name} for name in names]))
    for state in states:
        pulumi.answers("stack export", as_text(state))


def test_the_stack_is_destroyed_then_forgotten_and_its_file_kept(
    stack: Stack, pulumi: Program
) -> None:
    _holds(pulumi, deployed())
    down(stack)
    assert pulumi.calls[-2:] == [
        "destroy --yes --skip-preview --stack kind",
        "stack rm --yes --preserve-config --stack kind",
    ]


def test_its_image_goes_by_its_tag_and_nameless_versions_by_their_digests(
    stack: Stack, pulumi: Program, docker: Program
) -> None:
    _holds(pulumi, deployed(_IMAGE))
    listed = [
        _row("kind", "sha256:aa"),
        _row("kind", "sha256:bb"),  # the same image, pushed twice
        _row("<none>", "sha256:cc"),
        _row("<none>", "<none>"),
        _row("of-another-stack", "sha256:dd"),
    ]
    docker.answers(_LISTING, "".join(listed))

    down(stack)

    assert [call for call in docker.calls if " rm " in call] == [
        f"image rm {_REPOSITORY}:kind",
        f"image rm {_REPOSITORY}@sha256:cc",
    ]
    assert not any("--force" in call for call in docker.calls), "others may hold the same image"


def test_with_the_containerd_image_store_an_image_goes_by_its_tag_alone(
    stack: Stack, pulumi: Program, docker: Program
) -> None:
    _holds(pulumi, deployed(_IMAGE))
    # Its ID is the digest, and an earlier version lost its repository with its tag.
    row = _row("kind", "sha256:aa", ID="aa", Containers="0", SharedSize="N/A")
    docker.answers(_LISTING, row)

    down(stack)

    removed = [call for call in docker.calls if " rm " in call]
    assert removed == [f"image rm {_REPOSITORY}:kind"]


def test_an_image_that_docker_no_longer_has_is_no_error(
    stack: Stack, pulumi: Program, docker: Program
) -> None:
    _holds(pulumi, deployed(_IMAGE))
    down(stack)
    assert [call.split(" --format")[0] for call in docker.calls] == [_LISTING]
    assert pulumi.calls[-1].startswith("stack rm")


def test_a_destroy_that_fails_leaves_the_stack_and_its_images(
    stack: Stack, pulumi: Program, docker: Program
) -> None:
    _holds(pulumi, deployed(_IMAGE))
    pulumi.answers("destroy", code=3)
    with pytest.raises(CommandError) as raised:
        down(stack)
    assert raised.value.code == 3
    assert docker.calls == []
    assert not any(call.startswith("stack rm") for call in pulumi.calls)


def test_a_stack_that_is_not_there_is_said_to_need_no_removal(
    stack: Stack, pulumi: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    _holds(pulumi, names=("another",))
    down(stack)
    assert capsys.readouterr().out == "there is no stack kind; nothing to remove\n"
    assert len(pulumi.calls) == 1


def test_what_a_killed_run_left_is_cleared_away_before_the_destroy(
    stack: Stack, pulumi: Program, docker: Program
) -> None:
    mark = resource("pulumi-python:dynamic/slipway:Allocation", "l", outputs={"mark": "abc"})
    begun = [{"type": "creating", "resource": resource("docker:index/image:Image", "c")}]
    _holds(pulumi, deployment(mark, pending_operations=begun))
    pulumi.answers("stack import", reads=True)
    docker.answers("ps --all", "unknown\n")
    down(stack)
    verbs = [call.split()[:2] for call in pulumi.calls]
    assert verbs.index(["stack", "import"]) < verbs.index(["destroy", "--yes"])
    assert "rm --force unknown" in docker.calls


def test_clean_removes_what_set_up_made_by_name_and_not_what_was_built_on_it(
    stack: Stack, pulumi: Program, docker: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    _holds(pulumi, names=())
    labelled = "image ls --filter label=slipway.toolchain.key"
    built_on_it = _row("of-another-stack", "<none>")
    docker.answers(labelled, built_on_it)
    for name in ("slipway/kind-node", "slipway/debian-nodejs"):
        docker.answers(f"{labelled} {name}:", json.dumps({"Repository": name}))
    for absent in ("slipway/debian-docker-registry", "kindest/haproxy", "slipway/minikube-node"):
        docker.answers(f"{labelled} {absent}:")
    node_in_use = "ps --all --filter ancestor=slipway/kind-node:"
    docker.answers(node_in_use, json.dumps({"Names": "slipway-other-worker"}))

    clean(stack)

    removed = [call for call in docker.calls if call.startswith("image rm")]
    assert len(removed) == 1
    assert removed[0].startswith("image rm slipway/debian-nodejs:")
    output = capsys.readouterr().out
    assert "kept the image slipway/kind-node:" in output
    assert "in use by slipway-other-worker" in output
    assert "removed the image slipway/debian-nodejs:" in output
