"""Small stand-ins for what set-up meets: tools, programs on PATH, a checkout."""

from dataclasses import replace
from pathlib import Path

from toolchain.lock import Build, Lock, Overlay, Range, Release, Tool
from toolchain.places import Checkout, Platform

LINUX = Platform("linux", "amd64")


def program(folder: Path, name: str, body: str) -> Path:
    """Write a shell script that can be run."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    place.write_text(f"#!/bin/sh\n{body}\n")
    place.chmod(0o755)
    return place


def command(name: str = "kind", at_least: str = "0.31.0", below: str = "0.32") -> Tool:
    """A command-line tool that answers `NAME version`."""
    return Tool(name, at_least, "command", Range(at_least, below), ("version",))


def released(
    url: str, checksums: str, member: str | None = None, sha256: str | None = None
) -> Tool:
    """A tool that is downloaded."""
    return Tool("kind", "0.31.0", "command", release=Release(url, checksums, member, sha256))


def built(name: str = "kind", module: str = "kind") -> Tool:
    """A tool that is built from a Go module."""
    build = Build(module=module, package=".", seconds=5, space=10)
    return Tool(name, "0.31.0", "command", build=build)


def overlaid() -> Tool:
    """A tool that is built from the files of a module and from packages of its own."""
    tool = built()
    overlay = Overlay("example/provider@v1", "provider", ("cmd/schema.json",))
    return replace(tool, build=replace(tool.required_build, overlay=overlay))


def lock(folder: Path, *tools: Tool) -> Lock:
    """A lock of these tools, with the folder go/MODULE of each that is built."""
    for tool in tools:
        if tool.build:
            module = folder / "go" / tool.build.module
            module.mkdir(parents=True, exist_ok=True)
            (module / "go.mod").write_text(f"module example/{tool.build.module}\n")
    return Lock(
        tools={tool.name: tool for tool in tools},
        registry="https://registry.example/v2/",
        uv=Range("0.5", "1"),
        go=Range("1.26", "2"),
        folder=folder,
    )


def checkout(folder: Path) -> Checkout:
    """A checkout with what a set-up reads."""
    (folder / "toolchain").mkdir(parents=True)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / "requirements.lock").write_text("rich==14.0.0 --hash=sha256:00\n")
    program(folder / ".venv" / "bin", "python", "echo Python 3.11.7")
    return Checkout(folder.resolve())
