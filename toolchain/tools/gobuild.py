"""Building a tool from Go modules, exactly those that a committed go.sum names."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from toolchain.lock import Lock, Overlay, Tool
from toolchain.runner import Runner

_OFFLINE = "check that the Go module proxy answers (`go env GOPROXY`), then run `make setup` again"
_KEY_LENGTH = 12


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
        if build.overlay:
            self._run(tool, "mod", "download", build.overlay.module)
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
            *(f"-gcflags={flag}" for flag in build.gcflags),
            "-o",
            destination / tool.name,
            build.package,
        )

    def _flags(self, tool: Tool) -> list[str]:
        build = tool.required_build
        flags = ["-trimpath", "-buildvcs=false"]
        if build.tags:
            flags.append(f"-tags={','.join(build.tags)}")
        if build.overlay:
            flags.append(f"-overlay={self._overlay(tool, build.overlay)}")
        return flags

    def _overlay(self, tool: Tool, overlay: Overlay) -> Path:
        """Write the file with the places of the files that the main package embeds."""
        listed = self._run(tool, "list", "-m", "-f", "{{.Dir}}", overlay.module)
        source = Path(listed.strip().splitlines()[-1]) / overlay.folder
        folder = self._folder(tool)
        mapping = {str(folder / name): str(source / name) for name in overlay.files}
        text = json.dumps({"Replace": mapping})
        # One file a checkout, because the mapping names its folders.
        key = hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]
        path = self._cache / f"overlay-{tool.name}-{key}.json"
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(text)
        fresh.replace(path)
        return path

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
