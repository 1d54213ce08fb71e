"""The plugins of a PULUMI_HOME, the folder of the state, and its passphrase."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from toolchain.cache import remove
from toolchain.errors import ToolchainError
from toolchain.places import Checkout

_PASSPHRASE_BYTES = 32


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


def link(place: Path, target: Path) -> None:
    """Make ``place`` a link to ``target``, replacing what is there in one step."""
    if place.is_symlink() and place.readlink() == target:
        return
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    remove(fresh)
    fresh.symlink_to(target)
    fresh.replace(place)


def write_executable(place: Path, text: str) -> Path:
    """Write a script that appears whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.chmod(0o755)
    fresh.replace(place)
    return place


def make_state(checkout: Checkout) -> None:
    """Make the folder of the state, and once its passphrase, readable by this user only.

    Raises ToolchainError when there are stacks but the passphrase that opens them is gone.
    """
    checkout.private.mkdir(mode=0o700, exist_ok=True)
    checkout.state.mkdir(exist_ok=True)
    if checkout.passphrase.exists():
        return
    stacks = checkout.state / ".pulumi" / "stacks"
    if any(path.suffix == ".json" for path in stacks.rglob("*")):
        raise ToolchainError(
            f"{checkout.passphrase} is gone, and it opens the secrets of the stacks in "
            f"{checkout.state}",
            "restore the file; if the stacks are no longer needed, remove that folder "
            "and run `make setup` again",
        )
    fresh = checkout.passphrase.with_name(f".passphrase.{os.getpid()}")
    remove(fresh)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{secrets.token_urlsafe(_PASSPHRASE_BYTES)}\n")
    try:
        # Unlike a rename this never replaces the one that another set-up wrote just now.
        os.link(fresh, checkout.passphrase)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
