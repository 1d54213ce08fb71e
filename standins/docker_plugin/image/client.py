"""Choosing a docker client that can build with BuildKit.

Clients before 23 have BuildKit built in; later ones leave it to the buildx plugin, and without
it they cannot use BuildKit at all. A machine may carry both kinds, the wrong one first on PATH.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from standins.docker_plugin.errors import PluginError

_USUAL_FOLDERS = (
    "/usr/local/bin",
    "/usr/bin",
    "/opt/homebrew/bin",
    "/Applications/Docker.app/Contents/Resources/bin",
)
_FIRST_WITHOUT_BUILDKIT = 23
_ANSWER_SECONDS = 10


def find_client(*, buildkit: bool) -> str:
    """Return the path of a docker client that can do this kind of build.

    Raises PluginError that names every client found and why it will not do.
    """
    folders = (*os.environ.get("PATH", "").split(os.pathsep), *_USUAL_FOLDERS)
    return _choose(tuple(dict.fromkeys(folders)), buildkit)


@cache
def _choose(folders: tuple[str, ...], buildkit: bool) -> str:
    refused: list[str] = []
    for client in candidates(folders):
        reason = _why_not(client, buildkit)
        if reason is None:
            return client
        refused.append(f"{client} {reason}")
    if not refused:
        raise PluginError(
            "no docker client found on PATH or in the usual folders, and images are built with"
            " one; install Docker's client, then run `make doctor`"
        )
    raise PluginError(
        "no docker client here can build with BuildKit: "
        + "; ".join(refused)
        + ". Install the buildx plugin of one of them (or a client before 23), or set"
        " `builder_version` to BuilderV1; `make doctor` shows the result"
    )


def candidates(folders: Iterable[str]) -> Iterator[str]:
    """Yield the docker clients in `folders`, each real file once, in order."""
    seen: set[Path] = set()
    for folder in folders:
        found = shutil.which("docker", path=folder) if folder else None
        if found and (real := Path(found).resolve()) not in seen:
            seen.add(real)
            yield found


def _why_not(client: str, buildkit: bool) -> str | None:
    """Return why the client cannot do the build, or None if it can."""
    version = _answer(client, "--version")
    if version is None:
        return "does not answer to --version"
    match = re.search(r"version (\d+)", version)
    if not buildkit or (match and int(match[1]) < _FIRST_WITHOUT_BUILDKIT):
        return None
    if _answer(client, "buildx", "version") is None:
        return f"(version {match[1] if match else 'unknown'}) has no buildx plugin"
    return None


def _answer(*command: str) -> str | None:
    """Return what the command prints, or None if it fails."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
            encoding="utf-8",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
