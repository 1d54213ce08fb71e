"""Building tools whole that are otherwise built without parts that nothing here uses."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from toolchain.cache_keys import build_key
from toolchain.lock import Lock, Tool
from toolchain.places import Platform

WORD = "build-whole"


def choose(
    lock: Lock, platform: Platform, cache: Path, environment: Mapping[str, str] = os.environ
) -> Lock:
    """Return the lock with the tools built whole that the user asked for.

    SLIPWAY_TOOLS=build-whole asks for all of them; one that an earlier set-up built whole is
    used from then on, so that the next `make up` does not take it away again.
    """
    asked = environment.get("SLIPWAY_TOOLS") == WORD

    def chosen(tool: Tool) -> Tool:
        whole = _whole(tool)
        if asked or whole is tool:
            return whole
        is_cached = (cache / "tools" / build_key(lock, whole, platform)).exists()
        return whole if is_cached else tool

    return replace(lock, tools={name: chosen(tool) for name, tool in lock.tools.items()})


def _whole(tool: Tool) -> Tool:
    build = tool.build
    if build is None or build.overlay is None:
        return tool
    return replace(tool, build=replace(build, overlay=replace(build.overlay, whole=True)))
