"""Search for tools that the machine already has."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolchain.lock import Range, Tool
from toolchain.places import Checkout

_ASK_SECONDS = 2.0
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")

LANGUAGE_HOST = "pulumi-language-python"


@dataclass(frozen=True)
class Found:
    """An existing tool: its executable, its version, and in words where it came from."""

    name: str
    version: str
    path: Path
    origin: str


def search_path(checkout: Checkout, cache: Path) -> str:
    """Return PATH without the folders of set-up, in this checkout or another one."""
    own = {checkout.venv / "bin", checkout.launchers}
    folders = [
        folder
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)
        if folder
        and Path(folder) not in own
        and not Path(folder).resolve().is_relative_to(cache.resolve())
        and not (Path(folder).parent.parent / ".slipway" / "setup.json").is_file()
    ]
    return os.pathsep.join(folders)


def command_on_path(tool: Tool, path: str) -> Found | None:
    """Return the first command of this name on PATH whose version is accepted."""
    accepted = tool.required_range
    for place in _places(tool.name, path):
        version = ask_version([str(place), *tool.ask])
        if version and version in accepted:
            return Found(tool.name, version, place, "PATH")
    return None


def plugin_folder(tool: Tool) -> str:
    """Return the folder below ``plugins/`` in which Pulumi looks for this plugin."""
    return f"resource-{tool.plugin}-v{tool.version}"


def installed_plugin(tool: Tool, homes: list[Path]) -> Found | None:
    """Return a plugin in the plugin folder of a PULUMI_HOME, whose name has its version."""
    for home in homes:
        place = home / "plugins" / plugin_folder(tool) / tool.name
        if place.is_file() and os.access(place, os.X_OK):
            return Found(tool.name, tool.version, place, str(home))
    return None


def placed_plugin(home: Path, folder: str, name: str) -> Path | None:
    """Return a plugin that the user put into the plugin folder of the checkout's PULUMI_HOME.

    Set-up puts only links there, which lead through a folder ``.slipway``.
    """
    place = home / "plugins" / folder / name
    if place.is_symlink() and ".slipway" in place.readlink().parts:
        return None
    return place if place.is_file() and os.access(place, os.X_OK) else None


def ask_version(command: list[str]) -> str | None:
    """Return the first version number that a command prints; None on failure or after 2 s."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_ASK_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            encoding="utf-8",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(done.stdout) if done.returncode == 0 else None
    return match.group() if match else None


def accepted_command(name: str, ask: list[str], accepted: Range, path: str) -> Path | None:
    """Return the first command on PATH of an accepted version, for programs without a Tool."""
    for place in _places(name, path):
        version = ask_version([str(place), *ask])
        if version and version in accepted:
            return place
    return None


def _places(name: str, path: str) -> Iterator[Path]:
    seen: set[Path] = set()
    for folder in path.split(os.pathsep):
        program = shutil.which(name, path=folder)
        if program and (place := Path(program)).resolve() not in seen:
            seen.add(place.resolve())
            yield place
