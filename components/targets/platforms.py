"""Platforms of the nodes of a cluster, and of the images that run on them."""

from collections.abc import Sequence

from ..settings.model import SettingsError
from .base import Target, TargetArgs

_SYSTEM = "linux/"


def one_platform(platforms: Sequence[str]) -> str:
    """Return the platform of all Linux nodes, which alone run applications.

    Raises SettingsError when there are several, or none.
    """
    linux = [platform for platform in platforms if platform.startswith(_SYSTEM)]
    if len(linux) == 1:
        return linux[0]
    known = " and ".join(linux) or "a platform that cannot be looked up"
    raise SettingsError(
        f"the cluster's nodes are of {known}: set `platform` of each image to the one that it is "
        "for, e.g. linux/amd64 (in a stack file: slipway:image.platform); its pods are then "
        "scheduled on such nodes alone"
    )


def required_platform(target: Target | TargetArgs, platform: str | None) -> str | None:
    """Return the platform that nodes must have for an image whose settings name `platform`.

    None where all nodes are this machine, which may emulate another platform than its own.
    """
    return None if target.is_local else platform
