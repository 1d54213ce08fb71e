"""Downloading a vendor's release and checking it against the vendor's list of checksums."""

import hashlib
import re
import tarfile
import threading
import urllib.error
import urllib.request
from pathlib import Path, PurePosixPath

from toolchain.errors import Interrupted, ToolchainError
from toolchain.lock import Tool

_CHUNK_BYTES = 1 << 20
_SECONDS = 30.0
# Algorithms by the length of their checksum in hexadecimal.
_ALGORITHMS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
_LINE = re.compile(r"^([0-9a-fA-F]+)(?:\s+\*?(\S+))?$")
_AGAIN = "run `make setup` again, or build the tools instead: SLIPWAY_TOOLS=build make setup"


def download(tool: Tool, destination: Path, ending: threading.Event) -> None:
    """Write a tool's release into the folder ``destination``, unpacked.

    The executable is ``destination / tool.release.member``, or bears the tool's name.  Raises
    ToolchainError when the release cannot be had or its checksum is not the published one, and
    Interrupted when ``ending`` is set meanwhile; nothing is left then.
    """
    release = tool.required_release
    destination.mkdir(parents=True)
    name = release.url.rpartition("/")[2]
    expected = published_checksum(_text(release.checksums, tool), name)
    if expected is None:
        raise ToolchainError(f"{release.checksums} has no checksum for {name}", _AGAIN)
    file = destination / name
    _fetch(tool, release.url, file, ending)
    check(file, expected)
    if release.member:
        with tarfile.open(file) as archive:
            archive.extractall(destination, filter="data")
        file.unlink()
    else:
        file = file.rename(destination / tool.name)
        file.chmod(0o755)


def published_checksum(listing: str, name: str) -> str | None:
    """Return a file's checksum from a list: lines of checksum and name, or a checksum alone."""
    for line in listing.splitlines():
        match = _LINE.match(line.strip())
        if match and PurePosixPath(match.group(2) or name).name == name:
            return match.group(1).lower()
    return None


def check(file: Path, expected: str) -> None:
    """Raise ToolchainError and delete the file unless it has the expected checksum."""
    algorithm = _ALGORITHMS.get(len(expected))
    if algorithm is None:
        raise ToolchainError(f"{expected} is not a checksum of a known kind", _AGAIN)
    with file.open("rb") as opened:
        actual = hashlib.file_digest(opened, algorithm).hexdigest()
    if actual != expected:
        file.unlink()
        raise ToolchainError(
            f"{file.name} does not have the checksum that its vendor published: "
            f"expected {algorithm} {expected}, got {actual}; the file was deleted",
            _AGAIN,
        )


def _text(url: str, tool: Tool) -> str:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as response:
            return response.read().decode(errors="replace")
    except (urllib.error.URLError, OSError) as error:
        raise _unreachable(url, tool, error) from error


def _fetch(tool: Tool, url: str, file: Path, ending: threading.Event) -> None:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as response, file.open("wb") as output:
            while chunk := response.read(_CHUNK_BYTES):
                if ending.is_set():
                    raise Interrupted
                output.write(chunk)
    except urllib.error.URLError as error:
        raise _unreachable(url, tool, error) from error


def _unreachable(url: str, tool: Tool, error: Exception) -> ToolchainError:
    return ToolchainError(
        f"the release of {tool.name} {tool.version} could not be downloaded from {url}: {error}",
        _AGAIN,
    )
