"""The Kubernetes version of a node image."""

import pytest

from components.local.node_image import require_version
from components.local.runner import LocalError
from tests.unit.components.local.machine import Machine


@pytest.mark.parametrize("wanted", [None, "1.35.4", "v1.35.4"])
def test_an_image_of_the_version_that_is_asked_for_is_taken(
    machine: Machine, wanted: str | None
) -> None:
    machine.engine.versions["node@sha256:1"] = "v1.35.4"

    require_version(machine.runner(), "node@sha256:1", wanted)

    assert not machine.engine.containers


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("v1.34.0", r"is of Kubernetes v1\.34\.0, and .*kubernetesVersion asks for 1\.35\.4"),
        ("v1.29.1", r"v1\.29\.1 is outside the supported range, 1\.30 to"),
        ("a text", r"no node image of kind's: its version is 'a text'"),
    ],
)
def test_an_image_of_another_version_is_refused_before_anything_is_made(
    machine: Machine, version: str, told: str
) -> None:
    machine.engine.versions["node"] = version

    with pytest.raises(LocalError, match=told):
        require_version(machine.runner(), "node", "1.35.4")


def test_an_image_that_is_no_node_image_is_told_apart_from_one_that_cannot_be_had(
    machine: Machine,
) -> None:
    machine.broken["docker run --rm"] = "cat: /kind/version: No such file or directory"
    with pytest.raises(LocalError, match="nginx is no node image of kind's"):
        require_version(machine.runner(), "nginx", None)

    machine.broken["docker run --rm"] = "Unable to find image 'nodde' locally\nnot found"
    with pytest.raises(LocalError, match=r"(?s)nodde cannot be had.*docker pull nodde.*locally"):
        require_version(machine.runner(), "nodde", None)
