"""The Kubernetes versions that the manifests are written for."""

import re

OLDEST = (1, 30)
"""First version with the lifecycle handler `preStop.sleep`."""

NEWEST = (1, 37)
"""Newest version when the dependencies were pinned."""

_VERSION = re.compile(r"v?(\d+)\.(\d+)")


def unsupported(version: str) -> str | None:
    """Return why a Kubernetes version such as `v1.29.3` or `1.29+` is not supported, else None.

    https://kubernetes.io/releases/version-skew-policy/ says how far versions may be apart.
    """
    match = _VERSION.match(version)
    if match is None:
        return f"{version!r} is no Kubernetes version"
    if OLDEST <= (int(match[1]), int(match[2])) <= NEWEST:
        return None
    return f"Kubernetes {version} is outside the supported range, {supported()}"


def supported() -> str:
    """Return the supported versions, in words."""
    return f"{_text(OLDEST)} to {_text(NEWEST)}"


def _text(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
