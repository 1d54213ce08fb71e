"""Reading lock.toml: the tools, their versions and their sources."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from toolchain.errors import ToolchainError
from toolchain.places import Platform

Use = Literal["command", "plugin", "image", "test"]


@dataclass(frozen=True)
class Range:
    """Versions from ``at_least`` (included) to ``below`` (excluded), compared by numbers."""

    at_least: str
    below: str

    def __contains__(self, version: object) -> bool:
        return _numbers(self.at_least) <= _numbers(str(version)) < _numbers(self.below)

    def __str__(self) -> str:
        return f"{self.at_least} up to, not including, {self.below}"


@dataclass(frozen=True)
class Release:
    """A vendor's release: its address, the list of checksums, the program in the archive.

    Without ``member`` the address is the program itself.  ``sha256`` is the checksum that
    lock.toml has for it, if any.
    """

    url: str
    checksums: str
    member: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Overlay:
    """A Go module whose files a build sees in ``folder`` beside its main package.

    go.mod replaces ``module`` (with its version) by that folder. A package that is in the folder
    takes the place of the module's, unless the tool is built ``whole``. ``embedded`` are files
    of the module that the build sees beside the main package, which embeds them.
    """

    module: str
    folder: str
    embedded: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True)
class Build:
    """The build of a tool; ``module`` is a folder of toolchain/go, ``package`` its main package.

    ``seconds`` it takes on 2 cores, ``space`` in MiB with its modules.  ``cgo`` says whether it
    holds C, and needs a C compiler.  ``after`` are tools whose builds leave most of its packages
    in Go's cache.
    """

    module: str
    package: str
    seconds: float
    space: int
    tags: tuple[str, ...] = ()
    ldflags: tuple[str, ...] = ()
    gcflags: tuple[str, ...] = ()
    overlay: Overlay | None = None
    cgo: bool = False
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A program that set-up provides; ``plugin`` is its name in Pulumi.

    ``product`` is the target that needs it; None if every stack does.
    """

    name: str
    version: str
    use: Use
    accepted: Range | None = None
    ask: tuple[str, ...] = ()
    plugin: str | None = None
    release: Release | None = None
    build: Build | None = None
    product: str | None = None

    @property
    def is_installed(self) -> bool:
        """Return whether set-up installs it into the checkout; others are for images or tests."""
        return self.use in ("command", "plugin")

    @property
    def required_build(self) -> Build:
        """Return its build. Raises ToolchainError if lock.toml has no build for it."""
        if self.build is None:
            raise self._incomplete("build")
        return self.build

    @property
    def required_release(self) -> Release:
        """Return its release. Raises ToolchainError if lock.toml has none for it."""
        if self.release is None:
            raise self._incomplete("release")
        return self.release

    @property
    def required_range(self) -> Range:
        """Return the accepted versions. Raises ToolchainError if lock.toml has none for it."""
        if self.accepted is None:
            raise self._incomplete("at_least")
        return self.accepted

    def _incomplete(self, key: str) -> ToolchainError:
        return ToolchainError(
            f"toolchain/lock.toml has no `{key}` for {self.name}",
            "git diff toolchain/lock.toml, and restore the entry",
        )


@dataclass(frozen=True)
class PublishedImage:
    """An image that is pulled where a registry can be reached; its digest, where it is known."""

    reference: str
    digest: str | None = None

    @property
    def by_digest(self) -> str:
        """Return the name to pull: with the digest instead of the tag, where it is known."""
        if self.digest is None:
            return self.reference
        return f"{self.reference.rpartition(':')[0]}@{self.digest}"


@dataclass(frozen=True)
class Lock:
    """The content of lock.toml; ``products`` are the targets whose own tools are in it.

    Not a lock on the cache: see `toolchain.cache.Cache.lock`.
    """

    tools: Mapping[str, Tool]
    registry: str
    uv: Range
    go: Range
    folder: Path
    products: frozenset[str] = frozenset()
    images: Mapping[str, PublishedImage] = field(default_factory=dict[str, PublishedImage])

    def for_products(self, products: frozenset[str]) -> "Lock":
        """The same without the tools that only other targets' stacks need."""
        tools = {
            name: tool
            for name, tool in self.tools.items()
            if tool.product is None or tool.product in products
        }
        return replace(self, tools=tools, products=products)

    @property
    def vendors(self) -> tuple[str, ...]:
        """One small file of each host that serves releases."""
        listings = (tool.release.checksums for tool in self.tools.values() if tool.release)
        return tuple({urlsplit(listing).netloc: listing for listing in listings}.values())


def read_lock(folder: Path, platform: Platform) -> Lock:
    """Read lock.toml in ``folder`` (which also holds go/), with addresses for a platform."""
    with (folder / "lock.toml").open("rb") as file:
        document = tomllib.load(file)
    sums: dict[str, str] = document.get("sha256", {})
    digests: dict[str, str] = document.get("digest", {})
    return Lock(
        tools={
            name: _tool(name, table, platform, sums) for name, table in document["tool"].items()
        },
        registry=document["images"]["registry"],
        uv=Range(document["python"]["uv_at_least"], document["python"]["uv_below"]),
        go=Range(document["go"]["at_least"], document["go"]["below"]),
        folder=folder,
        images={
            name: PublishedImage(reference, digests.get(reference))
            for name, reference in document["images"]["published"].items()
        },
    )


def _tool(name: str, table: dict[str, Any], platform: Platform, sums: Mapping[str, str]) -> Tool:
    words = {
        "version": table["version"],
        "os": platform.system,
        "arch": platform.machine,
        "x64": "x64" if platform.machine == "amd64" else platform.machine,
    }
    release, build = table.get("release"), table.get("build")
    return Tool(
        name=name,
        version=table["version"],
        use=table["use"],
        accepted=Range(table["at_least"], table["below"]) if "at_least" in table else None,
        ask=tuple(table.get("ask", ())),
        plugin=table.get("plugin"),
        product=table.get("product"),
        release=_release(release, words, sums) if release else None,
        build=_build(build, words) if build else None,
    )


def _release(table: dict[str, Any], words: dict[str, str], sums: Mapping[str, str]) -> Release:
    url = table["url"].format(**words)
    return Release(
        url=url,
        checksums=table["checksums"].format(**words),
        member=table.get("member"),
        sha256=sums.get(url),
    )


def _build(table: dict[str, Any], words: dict[str, str]) -> Build:
    overlay = table.get("overlay")
    return Build(
        module=table["module"],
        package=table["package"],
        seconds=table["seconds"],
        space=table["space"],
        tags=tuple(table.get("tags", ())),
        ldflags=tuple(flag.format(**words) for flag in table.get("ldflags", ())),
        gcflags=tuple(table.get("gcflags", ())),
        overlay=Overlay(overlay["module"], overlay["folder"], tuple(overlay["embedded"]))
        if overlay
        else None,
        cgo=table.get("cgo", False),
        after=tuple(table.get("after", ())),
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
