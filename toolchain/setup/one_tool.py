"""A single tool that only tests use, built on demand."""

import sys
from pathlib import Path

from toolchain.cache import Cache
from toolchain.cache_keys import build_key
from toolchain.errors import ToolchainError
from toolchain.lock import read_lock
from toolchain.places import Checkout, cache_folder, this_platform
from toolchain.runner import Runner
from toolchain.tools import golang
from toolchain.tools.gobuild import GoBuilder
from toolchain.tools.python_environment import PythonEnvironment


def provide(checkout: Checkout, name: str) -> Path:
    """Return the executable of a tool in the cache, built there if it is missing.

    Raises ToolchainError for one that is not in the lock or cannot be built.
    """
    platform, runner = this_platform(), Runner()
    lock, cache = read_lock(checkout.toolchain, platform), Cache(cache_folder(), runner)
    tool = lock.tools.get(name)
    if tool is None or tool.build is None:
        known = ", ".join(entry.name for entry in lock.tools.values() if entry.use == "test")
        raise ToolchainError(f"there is no tool {name} for tests", f"choose one of {known}")
    environment = PythonEnvironment(checkout, lock, cache, runner, say)
    builder = GoBuilder(
        runner,
        lock,
        cache.folder,
        lambda: golang.ensure(checkout, lock, cache, environment, say),
    )

    def make(folder: Path) -> None:
        say(f"building {name} {tool.version}")
        builder.fetch(tool)
        builder.compile(tool, folder)

    return cache.entry(f"tools/{build_key(lock, tool, platform)}", make, say) / name


def say(text: str) -> None:
    """Print progress on stderr, beside the path on stdout."""
    print(text, file=sys.stderr, flush=True)
