"""The source of a tool: the vendor's release, a build or a stand-in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolchain.cache_keys import build_key, release_key
from toolchain.lock import Lock, Tool
from toolchain.places import Platform
from toolchain.reach import Reach

ORIGINS = {
    "release": "the vendor's release",
    "build": "built from Go modules",
    "stand-in": "stand-in: the vendor's cannot be had here",
}


@dataclass(frozen=True)
class Source:
    """A tool's place in the cache, whether it exists yet or not.

    ``key`` names the entry below tools/, ``program`` is the executable's path inside it.
    """

    kind: Literal["release", "build"]
    key: str
    program: str

    def executable(self, cache: Path) -> Path:
        """Return the executable in the cache."""
        return cache / "tools" / self.key / self.program

    def is_cached(self, cache: Path) -> bool:
        """Return whether an earlier set-up made it."""
        return (cache / "tools" / self.key).exists()


def source_of(
    tool: Tool, lock: Lock, platform: Platform, reach: Reach, cache: Path
) -> Source | None:
    """Return the source of a tool that PATH does not offer; None when only a stand-in is left.

    A release that was downloaded earlier counts even when its vendor is out of reach now.
    """
    if tool.release:
        release = Source("release", release_key(tool, platform), tool.release.member or tool.name)
        if reach.releases or (release.is_cached(cache) and not reach.forced):
            return release
    if tool.build:
        return Source("build", build_key(lock, tool, platform), tool.name)
    return None
