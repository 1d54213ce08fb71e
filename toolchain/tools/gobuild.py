"""Building a tool from Go modules, exactly those that a committed go.sum names."""

import json
from collections.abc import Callable
from pathlib import Path

from toolchain.lock import Lock, Tool
from toolchain.runner import Runner
from toolchain.tools import overlays

_OFFLINE = "check that the Go module proxy answers (`go env GOPROXY`), then run `make setup` again"
# Programs are stripped: without what debuggers read, compiling takes less time and space.
_GCFLAGS = "-dwarf=false"


class GoBuilder:
    """Builds tools with one Go; modules and compiled packages stay in the cache.

    ``go`` is called when a step runs, because Go itself may have to be installed first.
    """

    def __init__(self, runner: Runner, lock: Lock, cache: Path, go: Callable[[], Path]) -> None:
        self._runner = runner
        self._lock = lock
        self._cache = cache / "go"
        self._go = go

    def fetch(self, tool: Tool) -> None:
        """Download the modules that a tool is built from.  Raises ToolchainError."""
        build = tool.required_build
        flags = self._flags(tool)
        self._run(tool, "list", "-deps", "-f", "{{.ImportPath}}", *flags, build.package)

    def compile(self, tool: Tool, destination: Path) -> None:
        """Write the executable of a tool into the folder ``destination``."""
        build = tool.required_build
        destination.mkdir(parents=True)
        self._run(
            tool,
            "build",
            *self._flags(tool),
            f"-ldflags={' '.join(('-s -w', *build.ldflags))}",
            *(f"-gcflags={flags} {_GCFLAGS}" for flags in ("all=", *build.gcflags)),
            "-o",
            destination / tool.name,
            build.package,
        )

    def source(self, tool: Tool, module: str) -> Path:
        """Return the folder of a module that a tool is built from.  Raises ToolchainError."""
        return self._module(tool, module)

    def _flags(self, tool: Tool) -> list[str]:
        build = tool.required_build
        flags = ["-trimpath", "-buildvcs=false"]
        if build.tags:
            flags.append(f"-tags={','.join(build.tags)}")
        if build.overlay:
            mapping = overlays.mapping(
                build.overlay, self._folder(tool), self._module(tool, build.overlay.module)
            )
            flags.append(f"-overlay={overlays.write(mapping, self._cache, tool.name)}")
        return flags

    def _module(self, tool: Tool, module: str) -> Path:
        """Return the folder of a module, downloaded if it is missing, checked against go.sum."""
        answer = self._run(tool, "mod", "download", "-json", module)
        # Progress may stand before the answer.
        return Path(json.loads(answer[answer.index("{") :])["Dir"])

    def _folder(self, tool: Tool) -> Path:
        return self._lock.folder / "go" / tool.required_build.module

    def _run(self, tool: Tool, *arguments: str | Path) -> str:
        self._cache.mkdir(parents=True, exist_ok=True)
        output = self._runner.run(
            [self._go(), *arguments],
            purpose=f"while building {tool.name} {tool.version}",
            fix=_OFFLINE,
            folder=self._folder(tool),
            environment={
                "CGO_ENABLED": "1" if tool.required_build.cgo else "0",
                "GOCACHE": str(self._cache / "build"),
                "GOMODCACHE": str(self._cache / "mod"),
                # go.sum is complete: nothing is looked up elsewhere, and nothing is added to it.
                "GOFLAGS": "-mod=readonly",
                "GOTOOLCHAIN": "local",
                "GOWORK": "off",
            },
        )
        return output.text
