"""The names of tools in the cache, which change with all that a tool is made from."""

import hashlib
import json
from dataclasses import asdict

from toolchain.lock import Lock, Tool
from toolchain.places import Platform

_KEY_LENGTH = 16


def build_key(lock: Lock, tool: Tool, platform: Platform) -> str:
    """Return the name of a built tool's place in the cache, which changes with its inputs.

    How long a build takes and what it comes after is left out.  So is the version of Go: a newer
    one does not make what was built before wrong.
    """
    build = tool.required_build
    settings = asdict(build)
    del settings["seconds"], settings["space"], settings["after"]
    if not settings["cgo"]:
        del settings["cgo"]  # what was built before there was a choice stays what it is
    state = hashlib.sha256(json.dumps([tool.name, settings], sort_keys=True).encode())
    module = lock.folder / "go" / build.module
    for path in sorted(path for path in module.rglob("*") if path.is_file()):
        name = path.relative_to(module).as_posix()
        state.update(name.encode() + b"\0" + path.read_bytes())
    return f"{tool.name}-{tool.version}-{platform}-{state.hexdigest()[:_KEY_LENGTH]}"


def release_key(tool: Tool, platform: Platform) -> str:
    """Return the name of a released tool's place in the cache.

    The checksum is left out: one that the lock gets later does not make a download wrong that
    had the checksum of its vendor's list.
    """
    settings = asdict(tool.required_release)
    del settings["sha256"]
    state = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    return f"{tool.name}-{tool.version}-{platform}-release-{state.hexdigest()[:_KEY_LENGTH]}"
