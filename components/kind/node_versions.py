"""The Kubernetes version in the tag of a node image."""

import re

from ..k8s import versions

REPOSITORY = "docker.io/kindest/node"
VERSION = "1.35.0"
"""Kubernetes version of clusters that name none."""

_NEWEST = (1, 36)
"""Newest version that kind 0.31 makes: it writes kubeadm's v1beta3, which 1.37 no longer reads.

https://github.com/kubernetes/kubernetes/issues/136016
"""


def unsupported(version: str) -> str | None:
    """Return why kind makes no cluster of a Kubernetes version, else None."""
    return versions.unsupported(version, _NEWEST)


def image_of_version(version: str | None) -> str:
    """Return kind's node image of a Kubernetes version, or of VERSION."""
    return f"{REPOSITORY}:v{(version or VERSION).removeprefix('v')}"


def tagged_version(image: str) -> str | None:
    """Return the Kubernetes version in the tag of a node image; None where it has none."""
    tagged = re.search(r":(v\d+\.\d+[^@/]*)(?:@|$)", image)
    return tagged[1] if tagged else None


def is_another(version: str, desired: str | None) -> bool:
    """Return whether a version is another one than the desired one, if any is desired."""
    return desired is not None and version.removeprefix("v") != desired.removeprefix("v")
