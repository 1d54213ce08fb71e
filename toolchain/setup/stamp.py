"""The result of the last set-up, from which the next one sees that nothing has changed."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from toolchain.errors import ToolchainError
from toolchain.places import Checkout, cache_folder

# A slow Docker is waited for: to look for everything again would take it longer.
_ANSWER_SECONDS = 20.0
# Spelled out here too: the module that makes images imports more than a warm run has time for.
_TAGS_AND_KEY = '{{json .RepoTags}} {{index .Config.Labels "slipway.toolchain.key"}}'
_SETTINGS = (
    *("SLIPWAY_TOOLS", "SLIPWAY_IMAGES", "SLIPWAY_CACHE", "XDG_CACHE_HOME"),
    *("DOCKER_HOST", "DOCKER_CONTEXT"),
)


@dataclass(frozen=True)
class Row:
    """A line of the closing table: what, which version, where from."""

    name: str
    version: str
    origin: str


@dataclass(frozen=True)
class Decision:
    """The way to tools, or images, and why; not certain where a source could not be asked."""

    subject: str
    text: str
    is_certain: bool

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}"


@dataclass(frozen=True)
class Stamp:
    """The result of a set-up.

    ``plugins`` maps plugin folders to executables, ``images`` Docker's tags to their keys,
    ``files`` are those that must not have changed, ``products`` the targets whose tools exist.
    ``docker`` is false for a set-up that provided neither a Docker Engine nor images.
    """

    inputs: str
    rows: list[Row]
    plugins: Mapping[str, str]
    images: Mapping[str, str]
    files: Mapping[str, list[int] | None]
    products: Sequence[str] = ()
    docker: bool = True
    decisions: Sequence[Decision] = ()


@dataclass(frozen=True)
class Result:
    """Everything that a set-up provided, in the terms of Stamp."""

    rows: list[Row]
    plugins: Mapping[str, Path] = field(default_factory=dict[str, Path])
    images: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Sequence[Path] = ()
    products: Collection[str] = ()
    docker: bool = True
    decisions: Sequence[Decision] = ()


def write(checkout: Checkout, result: Result) -> None:
    """Record a complete set-up."""
    stamp = Stamp(
        inputs=inputs(checkout),
        rows=result.rows,
        plugins={folder: str(path) for folder, path in result.plugins.items()},
        images=result.images,
        files={str(path): _state(path) for path in result.files},
        products=sorted(result.products),
        docker=result.docker,
        decisions=result.decisions,
    )
    fresh = checkout.stamp.with_name(f".{checkout.stamp.name}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
    fresh.replace(checkout.stamp)


def load(checkout: Checkout) -> Stamp | None:
    """Return the last set-up's result, current or not."""
    try:
        document: dict[str, Any] = json.loads(checkout.stamp.read_text(encoding="utf-8"))
        rows = [Row(**row) for row in document.pop("rows")]
        decisions = [Decision(**each) for each in document.pop("decisions", ())]
        return Stamp(rows=rows, decisions=decisions, **document)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def read(
    checkout: Checkout, products: Collection[str] = (), *, docker: bool = True
) -> Stamp | None:
    """Return the last set-up's result if its inputs are unchanged and Docker answers.

    None, too, when it did not provide the tools of all these ``products``. Without ``docker``
    none is needed.
    """
    stamp = load(checkout)
    if stamp is None or stamp.inputs != inputs(checkout):
        return None
    if not set(products) <= set(stamp.products):
        return None
    if any(_state(Path(path)) != state for path, state in stamp.files.items()):
        return None
    if not docker:
        return stamp
    return stamp if stamp.docker and _engine_has(stamp.images) else None


def plugins(checkout: Checkout) -> dict[str, Path]:
    """Return the plugins of the last set-up by their folder. Raises ToolchainError before one."""
    stamp = load(checkout)
    if stamp is None:
        raise ToolchainError(f"{checkout.root} is not set up", "make setup")
    return {folder: Path(path) for folder, path in stamp.plugins.items()}


def table(rows: Sequence[Row], decisions: Sequence[Decision] = ()) -> str:
    """Return the closing table as text, with the lines about tools and images below it."""
    cells = [("tool", "version", "where from"), *((r.name, r.version, r.origin) for r in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(2)]
    lines = [
        f"{name:<{widths[0]}}  {version:<{widths[1]}}  {origin}".rstrip()
        for name, version, origin in cells
    ]
    return "\n".join([*lines, *map(str, decisions)])


def inputs(checkout: Checkout) -> str:
    """Return a digest of the files and settings that decide what a set-up does."""
    state = hashlib.sha256()
    for word in (sys.version, str(checkout.root), str(cache_folder())):
        state.update(word.encode() + b"\0")
    for name in _SETTINGS:
        state.update(f"{name}={os.environ.get(name, '')}\0".encode())
    state.update(checkout.requirements.read_bytes())
    for package in (checkout.toolchain, checkout.standins):
        for folder, folders, files in os.walk(package):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(files):
                path = Path(folder, name)
                state.update(bytes(path) + b"\0" + path.read_bytes())
    return state.hexdigest()


def _state(path: Path) -> list[int] | None:
    """Return size and time of change of a file; None for a missing one."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    return [0, 0] if path.is_dir() else [facts.st_size, facts.st_mtime_ns]


def _engine_has(images: Mapping[str, str]) -> bool:
    """Return whether Docker answers and has these images, in one short call."""
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    if images:
        command = ["docker", "image", "inspect", "--format", _TAGS_AND_KEY, *images]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
            encoding="utf-8",
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    if done.returncode != 0:
        return False
    lines = done.stdout.splitlines()
    return all(
        any(f'"{tag}"' in line and line.endswith(f" {key}") for line in lines)
        for tag, key in images.items()
    )
