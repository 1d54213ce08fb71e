"""The plugins of a PULUMI_HOME."""

from collections.abc import Mapping
from pathlib import Path

from toolchain.places import Checkout
from toolchain.setup.files import link


def link_plugins(home: Path, plugins: Mapping[str, Path]) -> None:
    """Put plugins into a PULUMI_HOME, which is made when missing.

    ``plugins`` maps the name of a folder below ``plugins/`` (resource-docker-v5.1.0) to the
    executable, whose name is the one that Pulumi expects.
    """
    for folder, executable in plugins.items():
        place = home / "plugins" / folder / executable.name
        place.parent.mkdir(parents=True, exist_ok=True)
        link(place, executable)


def link_tracked_plugins(checkout: Checkout, plugins: Mapping[str, Path]) -> None:
    """Put plugins into the checkout's PULUMI_HOME so that set-up recognizes its own links.

    They go through ``.slipway/plugins/``: everything else in the plugin folder was put
    there by the user and stays.
    """
    tracked: dict[str, Path] = {}
    for folder, executable in plugins.items():
        if executable.is_relative_to(checkout.home / "plugins"):
            continue
        tracked[folder] = checkout.tracked_plugins / executable.name
        checkout.tracked_plugins.mkdir(parents=True, exist_ok=True)
        link(tracked[folder], executable)
    link_plugins(checkout.home, tracked)
