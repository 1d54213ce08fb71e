"""A single tool that only tests use, built on demand."""

import sys
from dataclasses import dataclass
from pathlib import Path

from toolchain.cache import Cache
from toolchain.cache_keys import build_key
from toolchain.errors import ToolchainError
from toolchain.lock import Lock, Tool, read_lock
from toolchain.places import Checkout, cache_folder, this_platform
from toolchain.runner import Runner
from toolchain.tools import golang
from toolchain.tools.gobuild import GoBuilder
from toolchain.tools.python_environment import PythonEnvironment


def provide(checkout: Checkout, name: str) -> Path:
    """Return the executable of a tool in the cache, built there if it is missing.

    Raises ToolchainError for one that is not in the lock or cannot be built.
    """
    workshop = _Workshop.of(checkout, name)
    tool = workshop.tool

    def make(folder: Path) -> None:
        say(f"building {name} {tool.version}")
        workshop.builder.fetch(tool)
        workshop.builder.compile(tool, folder)

    key = build_key(workshop.lock, tool, this_platform())
    return workshop.cache.entry(f"tools/{key}", make, say) / name


def provide_source(checkout: Checkout, name: str, module: str) -> Path:
    """Return the folder of a module that a tool is built from, downloaded if it is missing.

    Raises ToolchainError as `provide` does.
    """
    workshop = _Workshop.of(checkout, name)
    return workshop.builder.source(workshop.tool, module)


@dataclass(frozen=True)
class _Workshop:
    """A tool, and what builds it."""

    tool: Tool
    lock: Lock
    cache: Cache
    builder: GoBuilder

    @classmethod
    def of(cls, checkout: Checkout, name: str) -> "_Workshop":
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
        return cls(tool, lock, cache, builder)


def say(text: str) -> None:
    """Print progress on stderr, beside the path on stdout."""
    print(text, file=sys.stderr, flush=True)
