"""The Kubernetes versions that the manifests are written for."""

import re

OLDEST = (1, 30)
"""First version with the lifecycle handler `preStop.sleep`."""

NEWEST = (1, 37)
"""Newest version when the dependencies were pinned."""

_VERSION = re.compile(r"v?(\d+)\.(\d+)")


def unsupported(version: str, newest: tuple[int, int] = NEWEST) -> str | None:
    """Return why a Kubernetes version such as `v1.29.3` or `1.29+` is not supported, else None.

    `newest` is that of the product which makes the cluster.
    https://kubernetes.io/releases/version-skew-policy/ says how far versions may be apart.
    """
    try:
        number = parsed(version)
    except ValueError as error:
        return str(error)
    if OLDEST <= number <= newest:
        return None
    supported = f"{_text(OLDEST)} to {_text(newest)}"
    return f"Kubernetes {version} is outside the supported range, {supported}"


def parsed(version: str) -> tuple[int, int]:
    """Return the major and the minor number of a version.  Raises ValueError for what is none."""
    match = _VERSION.match(version)
    if match is None:
        raise ValueError(f"{version!r} is no Kubernetes version")
    return int(match[1]), int(match[2])


def _text(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
