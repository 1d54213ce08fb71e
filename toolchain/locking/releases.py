"""The SHA-256 checksum of a release, as its vendor's list has it or as it is downloaded."""

import hashlib
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

from toolchain.lock import Tool
from toolchain.tools.release import fetch_checked, published_checksum
from toolchain.tools.transfer import fetch_text

_SHA256_LENGTH = 64


def release_sha256(tool: Tool) -> str:
    """Return the checksum of a tool's release for lock.toml.

    A vendor's list with checksums of another kind is compared with the release, whose own is then
    returned. Raises TransferError where the vendor cannot be asked, and ToolchainError for a list
    without the release, or a release that is not as listed.
    """
    release, ending = tool.required_release, threading.Event()
    name = release.url.rpartition("/")[2]
    listed = published_checksum(fetch_text(release.checksums, ending), name)
    if listed and len(listed) == _SHA256_LENGTH:
        return listed
    unpinned = replace(tool, release=replace(release, sha256=None))
    with (
        tempfile.TemporaryDirectory() as folder,
        fetch_checked(unpinned, Path(folder), ending).open("rb") as file,
    ):
        return hashlib.file_digest(file, "sha256").hexdigest()
