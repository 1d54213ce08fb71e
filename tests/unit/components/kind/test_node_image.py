"""The Kubernetes version of a node image, and its feature gates."""

import pytest

from components.kind.node_image import require_feature_gates, require_version
from components.machine.runner import LocalError
from tests.unit.components.doubles.machine import Machine


@pytest.mark.parametrize("desired", [None, "1.35.4", "v1.35.4"])
def test_an_image_of_the_desired_version_is_accepted(machine: Machine, desired: str | None) -> None:
    machine.engine.versions["node@sha256:1"] = "v1.35.4"

    require_version(machine.runner(), "node@sha256:1", desired)

    assert not machine.engine.containers


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("v1.34.0", r"is of Kubernetes v1\.34\.0, and .*kubernetesVersion is 1\.35\.4"),
        ("v1.29.1", r"v1\.29\.1 is outside the supported range, 1\.30 to"),
        ("a text", r"no node image of kind's: its version is 'a text'"),
    ],
)
def test_an_image_of_another_version_is_refused_before_anything_is_made(
    machine: Machine, version: str, message: str
) -> None:
    machine.engine.versions["node"] = version

    with pytest.raises(LocalError, match=message):
        require_version(machine.runner(), "node", "1.35.4")


def test_an_image_that_is_no_node_image_is_distinguished_from_one_that_cannot_be_had(
    machine: Machine,
) -> None:
    machine.broken["docker run --rm"] = "cat: /kind/version: No such file or directory"
    with pytest.raises(LocalError, match="nginx is no node image of kind's"):
        require_version(machine.runner(), "nginx", None)

    machine.broken["docker run --rm"] = "Unable to find image 'nodde' locally\nnot found"
    with pytest.raises(LocalError, match=r"(?s)nodde cannot be had.*locally.*docker pull nodde"):
        require_version(machine.runner(), "nodde", None)


def test_an_image_that_docker_lacks_is_pulled_before_it_is_read(machine: Machine) -> None:
    machine.engine.absent_images = {"node"}

    require_version(machine.runner(), "node", None)
    require_version(machine.runner(), "node", None)

    pull, *rest = [command for command in machine.commands if "inspect" not in command]
    assert pull == "docker pull node"
    assert [command.split()[1] for command in rest] == ["run", "run"]


def test_an_image_that_cannot_be_pulled_is_reported_with_dockers_words(machine: Machine) -> None:
    machine.engine.absent_images = {"nodde"}
    machine.broken["docker pull"] = "pull access denied for nodde"

    with pytest.raises(LocalError, match=r"(?s)nodde cannot be had.*denied.*`docker pull nodde`"):
        require_version(machine.runner(), "nodde", None)


_KUBELET = "docker run --rm --network=none --entrypoint=kubelet node"
_FAILED = 'E1125 00:26:12.951812       1 run.go:72] "command failed" err='


@pytest.mark.parametrize(
    "reason",
    [
        "unrecognized feature gate: Nope",
        "cannot set feature gate SidecarContainers to false, feature is locked to true",
    ],
)
def test_feature_gates_that_kubernetes_does_not_take_are_refused_in_its_words(
    machine: Machine, reason: str
) -> None:
    machine.broken[_KUBELET] = (
        f'{_FAILED}"failed to set feature gates from initial flags-based config: {reason}"'
    )

    with pytest.raises(LocalError, match=f"featureGates is refused, and .*node says: {reason}$"):
        require_feature_gates(machine.runner(), "node", {"SidecarContainers": False, "Nope": True})
    (asked,) = machine.commands
    assert "--feature-gates=SidecarContainers=false,Nope=true" in asked


def test_feature_gates_that_kubernetes_takes_are_no_matter(machine: Machine) -> None:
    machine.broken[_KUBELET] = (
        f'{_FAILED}"failed to validate kubelet configuration, error: invalid configuration: '
        'maxOpenFiles (--max-open-files) -1 must not be a negative number"'
    )

    require_feature_gates(machine.runner(), "node", {"CPUManagerPolicyAlphaOptions": True})


def test_without_feature_gates_kubernetes_is_not_asked(machine: Machine) -> None:
    require_feature_gates(machine.runner(), "node", {})

    assert machine.commands == []
