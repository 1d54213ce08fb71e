"""The listing of a build context: a fingerprint of every file that Docker sends, and one of all."""

import contextlib
import hashlib
import json
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..settings.model import SettingsError
from .context import PRIVATE, Entry, is_executable, require_resolvable

Listing = dict[str, str]
"""Fingerprint of each file and link, and of each empty folder (`name/`), by path."""

BUILD_FILE = f"{PRIVATE}.Dockerfile"
"""Name in the listing of a Dockerfile that is not sent, and in the copy if its own is not free."""


def listing(entries: Iterable[Entry]) -> Listing:
    """Return the listing of entries, folders before their content. Raises SettingsError."""
    result: Listing = {}
    for entry in entries:
        result.pop(f"{entry.path.rpartition('/')[0]}/", None)  # not empty
        # A file may be removed while others are read: editors and builds have temporary ones.
        with contextlib.suppress(FileNotFoundError):
            result[f"{entry.path}/" if entry.is_folder else entry.path] = fingerprint(entry)
    return result


def fingerprint(entry: Entry) -> str:
    """Return a short hash of an entry's content, with a mark if it is executable.

    Raises SettingsError for a file that cannot be read, and FileNotFoundError for one that is gone.
    """
    if entry.is_folder:
        return ""
    if entry.is_link:
        require_resolvable(entry)
        return f"-> {entry.source.readlink()}"
    state = entry.source.lstat()
    mark = " x" if is_executable(state.st_mode) else ""
    if stat.S_ISCHR(state.st_mode) or stat.S_ISBLK(state.st_mode):
        raise SettingsError(
            f"{entry.path} in the build context is a device; remove it, or name it in .dockerignore"
        )
    if stat.S_ISSOCK(state.st_mode):
        return f"{_short(hashlib.sha256().hexdigest())}{mark}"  # BuildKit makes an empty file of it
    if stat.S_ISFIFO(state.st_mode):
        return f"p{mark}"
    try:
        return file_hash(entry.source) + mark
    except PermissionError:
        raise SettingsError(
            f"{entry.path} in the build context: permission denied; `chmod` the file, or name it "
            "in .dockerignore"
        ) from None


def file_hash(file: Path) -> str:
    """Return a short hash of a file's content."""
    with file.open("rb") as content:
        return _short(hashlib.file_digest(content, "sha256").hexdigest())


def content_hash(content: bytes) -> str:
    """Return the same hash of content that is in no file."""
    return _short(hashlib.sha256(content).hexdigest())


def digest(of: Mapping[str, str]) -> str:
    """Return the one hash of a listing, which names the copy and is kept in the state."""
    # Names that are no UTF-8 are lone surrogates, which JSON escapes.
    return _short(hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest())


def of_context(known: Listing) -> Listing:
    """Return a listing without a Dockerfile that is not sent."""
    return {path: each for path, each in known.items() if path != BUILD_FILE}


def shown(path: str) -> str:
    """Return a path as it can be printed, whatever its bytes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def save_listing(of: Listing, copy: Path) -> None:
    """Keep the listing of a copy beside it."""
    _file(copy).write_text(json.dumps(of, sort_keys=True), encoding="utf-8")


def load_listing(copy: Path) -> Listing | None:
    """Return the listing of a copy; None if this machine does not have it."""
    try:
        return json.loads(_file(copy).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _short(hexdigest: str) -> str:
    return hexdigest[:12]


def _file(copy: Path) -> Path:
    return copy.with_name(f"{copy.name}.json")
