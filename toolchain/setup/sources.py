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

    What an earlier set-up downloaded counts, unless the user chose builds; and where the vendors
    could not be asked, so does what it built.
    """
    release = build = None
    if tool.release:
        release = Source("release", release_key(tool, platform), tool.release.member or tool.name)
    if tool.build:
        build = Source("build", build_key(lock, tool, platform), tool.name)
    choice = reach.tools
    if release is None or (release.is_cached(cache) and not choice.by_hand):
        return release or build
    if not choice.is_published or (not choice.is_certain and build and build.is_cached(cache)):
        return build
    return release
