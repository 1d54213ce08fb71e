"""The Kubernetes version and the feature gates of a node image, read inside it."""

import re
from collections.abc import Mapping

from ..machine.pull import pull_if_missing
from ..machine.runner import CommandError, LocalError, Runner
from .node_versions import image_of_version, is_another, unsupported

_ANSWER_SECONDS = 60
_VERSION = re.compile(r"v?\d+\.\d+\.\d+\S*")
_BAD_GATE = re.compile(r'failed to set feature gates[^:"]*: ([^"]+)')


def require_version(runner: Runner, image: str, desired: str | None) -> None:
    """Raise LocalError for a node image of another version than `desired`, or an unsupported one.

    The image is pulled if it is not there, as it is for the nodes that come next.
    """
    current = _version(runner, image)
    message = unsupported(current)
    if message is None and is_another(current, desired):
        message = (
            f"it is of Kubernetes {current}, and kubernetesVersion is {desired}; set one to fit "
            "the other"
        )
    if message:
        raise LocalError(f"the node image {image} is refused, and nothing was made: {message}")


def require_feature_gates(runner: Runner, image: str, gates: Mapping[str, bool]) -> None:
    """Raise LocalError for feature gates that the Kubernetes of a node image does not have so.

    All its components share one list of them; kubelet is the one that an image has as a file.
    """
    if not gates:
        return
    listed = ",".join(f"{name}={str(on).lower()}" for name, on in gates.items())
    # It checks the gates first. The impossible number of files ends it when they are accepted.
    options = (f"--feature-gates={listed}", "--max-open-files=-1")
    ask = ("docker", "run", "--rm", "--network=none", "--entrypoint=kubelet", image, *options)
    try:
        runner.run(*ask, timeout=_ANSWER_SECONDS)
    except CommandError as error:
        if bad := _BAD_GATE.search(error.output):
            raise LocalError(
                "featureGates is refused, and nothing was made: the Kubernetes of "
                f"{image} says: {bad[1]}"
            ) from None


def _version(runner: Runner, image: str) -> str:
    """Return the version in the file that kind's node images have."""
    read = ("docker", "run", "--rm", "--network=none", "--entrypoint=cat", image, "/kind/version")
    try:
        pull_if_missing(runner, image)
        version = runner.run(*read, timeout=_ANSWER_SECONDS).strip()
    except CommandError as error:
        if "kind/version" in error.output.lower() and "no such file" in error.output.lower():
            raise LocalError(
                f"{image} is no node image of kind's: it has no file /kind/version",
                next_step=f"set `image` to one such as {image_of_version(None)}",
            ) from None
        raise LocalError(
            f"the node image {image} cannot be had, and nothing was made",
            details=error,
            next_step=f"check its name, or try `docker pull {image}`",
        ) from None
    if not _VERSION.fullmatch(version):
        raise LocalError(f"{image} is no node image of kind's: its version is {version!r}")
    return version
