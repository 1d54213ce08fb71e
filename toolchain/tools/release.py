"""Downloading a vendor's release and checking it against its checksum.

That of lock.toml counts, if it has one; else that of the vendor's own list.
"""

import hashlib
import re
import threading
from pathlib import Path, PurePosixPath

from toolchain.errors import ToolchainError
from toolchain.lock import Tool
from toolchain.tools.transfer import TransferError, fetch, fetch_text
from toolchain.tools.unpack import unpack

# Algorithms by the length of their checksum in hexadecimal.
_ALGORITHMS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
_LINE = re.compile(r"^([0-9a-fA-F]+)(?:\s+\*?(\S+))?$")
_PUBLISHED = "that its vendor published"
_AGAIN = "run `make setup` again, or build the tools instead: SLIPWAY_TOOLS=build make setup"


def download(tool: Tool, destination: Path, ending: threading.Event) -> None:
    """Write a tool's release into the folder ``destination``, unpacked.

    The executable is ``destination / tool.release.member``, or bears the tool's name.  Raises
    ToolchainError when the release cannot be had or its checksum is not the expected one, and
    Interrupted when ``ending`` is set meanwhile; nothing is left then.
    """
    release = tool.required_release
    destination.mkdir(parents=True)
    file = fetch_checked(tool, destination, ending)
    if release.member:
        unpack(file, destination)
        file.unlink()
    else:
        file = file.rename(destination / tool.name)
        file.chmod(0o755)


def fetch_checked(tool: Tool, destination: Path, ending: threading.Event) -> Path:
    """Return a tool's release as it was downloaded into a folder, with the expected checksum.

    Raises what `download` raises.
    """
    release = tool.required_release
    name = release.url.rpartition("/")[2]
    expected = release.sha256
    try:
        if expected is None:
            expected = published_checksum(fetch_text(release.checksums, ending), name)
    except TransferError as error:
        raise _unreachable(release.checksums, tool, error) from error
    if expected is None:
        raise ToolchainError(f"{release.checksums} has no checksum for {name}", _AGAIN)
    file = destination / name
    try:
        fetch(release.url, file, ending)
    except TransferError as error:
        raise _unreachable(release.url, tool, error) from error
    check(file, expected, "of toolchain/lock.toml" if release.sha256 else _PUBLISHED)
    return file


def published_checksum(listing: str, name: str) -> str | None:
    """Return a file's checksum from a list: lines of checksum and name, or a checksum alone."""
    for line in listing.splitlines():
        match = _LINE.match(line.strip())
        if match and PurePosixPath(match.group(2) or name).name == name:
            return match.group(1).lower()
    return None


def check(file: Path, expected: str, source: str = _PUBLISHED) -> None:
    """Raise ToolchainError and delete the file unless it has the expected checksum.

    ``source`` describes where that is from, for the message.
    """
    algorithm = _ALGORITHMS.get(len(expected))
    if algorithm is None:
        raise ToolchainError(f"{expected} is not a checksum of a known kind", _AGAIN)
    with file.open("rb") as opened:
        actual = hashlib.file_digest(opened, algorithm).hexdigest()
    if actual != expected:
        file.unlink()
        raise ToolchainError(
            f"{file.name} does not have the checksum {source}: "
            f"expected {algorithm} {expected}, got {actual}; the file was deleted",
            _AGAIN,
        )


def _unreachable(url: str, tool: Tool, error: Exception) -> ToolchainError:
    return ToolchainError(
        f"the release of {tool.name} {tool.version} could not be downloaded from {url}: {error}",
        _AGAIN,
    )
