"""What a node image is good for: its Kubernetes version and feature gates, asked inside it."""

import re
from collections.abc import Mapping

from ..k8s import versions
from ..machine.runner import CommandError, LocalError, Runner

_PULL_SECONDS = 300
_ANSWER_SECONDS = 60
_VERSION = re.compile(r"v?\d+\.\d+\.\d+\S*")
_BAD_GATE = re.compile(r'failed to set feature gates[^:"]*: ([^"]+)')


def require_version(runner: Runner, image: str, wanted: str | None) -> None:
    """Raise LocalError for a node image of another version than `wanted`, or of none supported.

    The image is fetched if it is not there, as it is for the nodes that come next.
    """
    there = _version(runner, image)
    told = versions.unsupported(there)
    if told is None and wanted and there.removeprefix("v") != wanted.removeprefix("v"):
        told = (
            f"it is of Kubernetes {there}, and slipway:target.cluster.kubernetesVersion asks for "
            f"{wanted}; set one to fit the other"
        )
    if told:
        raise LocalError(f"the node image {image} is refused, and nothing was made: {told}")


def require_feature_gates(runner: Runner, image: str, gates: Mapping[str, bool]) -> None:
    """Raise LocalError for feature gates that the Kubernetes of a node image does not have so.

    All its components share one list of them; kubelet is the one that an image has as a file.
    """
    if not gates:
        return
    asked = ",".join(f"{name}={str(on).lower()}" for name, on in gates.items())
    # It looks at the gates first. The impossible number of files ends it when they are well.
    options = (f"--feature-gates={asked}", "--max-open-files=-1")
    ask = ("docker", "run", "--rm", "--network=none", "--entrypoint=kubelet", image, *options)
    try:
        runner.run(*ask, timeout=_ANSWER_SECONDS)
    except CommandError as error:
        if bad := _BAD_GATE.search(error.output):
            raise LocalError(
                "slipway:target.cluster.featureGates is refused, and nothing was made: the "
                f"Kubernetes of {image} says: {bad[1]}"
            ) from None


def _version(runner: Runner, image: str) -> str:
    """What the file says that kind's node images have."""
    read = ("docker", "run", "--rm", "--network=none", "--entrypoint=cat", image, "/kind/version")
    try:
        told = runner.run(*read, timeout=_PULL_SECONDS).strip()
    except CommandError as error:
        if "kind/version" in error.output.lower() and "no such file" in error.output.lower():
            raise LocalError(
                f"{image} is no node image of kind's: it has no file /kind/version; set "
                "slipway:target.cluster.image to one such as docker.io/kindest/node:v1.35.0"
            ) from None
        raise LocalError(
            f"the node image {image} cannot be had, and nothing was made; look at its name, or "
            f"try `docker pull {image}`\n{error}"
        ) from None
    if not _VERSION.fullmatch(told):
        raise LocalError(f"{image} is no node image of kind's: its version is {told!r}")
    return told
