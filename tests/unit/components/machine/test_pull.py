"""Pulls of images by Docker: pulled where missing, reported every few seconds."""

import itertools

import pytest

from components.kind.args import ClusterArgs
from components.machine.pinned import DIGESTS
from components.machine.pull import PullProgress, pull_if_missing
from components.machine.runner import CommandError
from components.registry import RegistryArgs
from tests.unit.components.doubles.machine import Machine

_LINES = [
    "latest: Pulling from kindest/node",
    "aaaaaaaaaaaa: Pulling fs layer",
    "bbbbbbbbbbbb: Already exists",
    "aaaaaaaaaaaa: Downloading  104.9MB/400MB",
    "aaaaaaaaaaaa: Downloading [==>   ]  0.3GB/0.4GB",
    "aaaaaaaaaaaa: Download complete",
    "aaaaaaaaaaaa: Extracting  12MB/400MB",
    "aaaaaaaaaaaa: Pull complete",
]


def _taken(lines: list[str], seconds: int) -> list[bool]:
    """Take lines, between each two of which some seconds pass."""
    progress = PullProgress("node", clock=itertools.count(0, seconds).__next__)
    return [progress.take(line) for line in lines]


def test_an_image_that_docker_has_is_not_pulled(machine: Machine) -> None:
    pull_if_missing(machine.runner(), "node")
    assert machine.ran("docker pull") == []


def test_an_image_that_docker_lacks_is_pulled_once(machine: Machine) -> None:
    machine.engine.absent_images = {"node"}
    pull_if_missing(machine.runner(), "node")
    pull_if_missing(machine.runner(), "node")
    assert machine.ran("docker pull") == ["docker pull node"]


def test_an_image_whose_digest_is_known_is_pulled_by_it_and_keeps_its_name(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, digest = "docker.io/kindest/node:v1.35.0", "sha256:ab"
    monkeypatch.setitem(DIGESTS, name, digest)
    machine.engine.absent_images = {name}
    pull_if_missing(machine.runner(), name)
    pulled = f"docker.io/kindest/node@{digest}"
    assert machine.ran("docker pull") == [f"docker pull {pulled}"]
    assert machine.ran("docker tag") == [f"docker tag {pulled} {name}"]


@pytest.mark.parametrize("image", ["registry.example/kindest/node:v1.35.0", "team/node:v1.35.0"])
def test_an_image_of_a_mirror_is_pulled_by_the_name_that_it_has_there(
    machine: Machine, image: str
) -> None:
    machine.engine.absent_images = {image}
    pull_if_missing(machine.runner(), image)
    assert machine.ran("docker pull") == [f"docker pull {image}"]
    assert machine.ran("docker tag") == []


def test_the_state_of_a_stack_names_images_as_before_without_their_digests() -> None:
    """The node image of a cluster and the image of a registry are immutable."""
    assert ClusterArgs().node_image == "docker.io/kindest/node:v1.35.0"
    assert RegistryArgs().image == "docker.io/library/registry:2.8.3"
    assert {ClusterArgs().node_image, RegistryArgs().image} <= set(DIGESTS)


def test_a_docker_that_does_not_answer_is_no_missing_image(machine: Machine) -> None:
    machine.engine.runs = False
    with pytest.raises(CommandError, match="Cannot connect"):
        pull_if_missing(machine.runner(), "node")
    assert machine.ran("docker pull") == []


def test_what_is_there_is_reported_in_megabytes_and_layers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _taken(_LINES, seconds=10) == [False, *[True] * 7]
    reports = capsys.readouterr().out.splitlines()
    assert reports[-5:] == [
        "pulling node: 105 MB, 1 of 2 layers are complete",
        "pulling node: 300 MB, 1 of 2 layers are complete",
        "pulling node: 400 MB, 1 of 2 layers are complete",
        "pulling node: 400 MB, 1 of 2 layers are complete",
        "pulling node: 400 MB, 2 of 2 layers are complete",
    ]


def test_there_is_at_most_one_report_every_five_seconds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _taken(_LINES * 10, seconds=1)  # twice a line, as the clock is read to compare and to keep
    assert 10 <= len(capsys.readouterr().out.splitlines()) <= 16


def test_a_message_is_no_progress() -> None:
    assert _taken(["Error response from daemon: pull access denied", ""], 0) == [False, False]
