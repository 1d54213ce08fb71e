"""Links and scripts that appear whole or not at all."""

import os
from pathlib import Path

from toolchain.cache import remove


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
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(place)
    return place
