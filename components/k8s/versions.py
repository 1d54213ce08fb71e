"""The Kubernetes versions that the manifests are written for."""

import re

OLDEST = (1, 30)
"""The first version in which a container may end by a pause (`preStop.sleep`)."""

NEWEST = (1, 37)
"""The newest version there was when the dependencies were pinned."""

_VERSION = re.compile(r"v?(\d+)\.(\d+)")


def refusal(version: str) -> str | None:
    """Why a Kubernetes version such as `v1.29.3` or `1.29+` is not supported; None if it is.

    https://kubernetes.io/releases/version-skew-policy/ says how far versions may be apart.
    """
    found = _VERSION.match(version)
    if found is None:
        return f"{version!r} is no Kubernetes version"
    if OLDEST <= (int(found[1]), int(found[2])) <= NEWEST:
        return None
    return f"Kubernetes {version} is outside the supported range, {supported()}"


def supported() -> str:
    """The supported versions, in words."""
    return f"{_text(OLDEST)} to {_text(NEWEST)}"


def _text(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
