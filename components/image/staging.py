"""The copy of a build context that the docker plugin gets: what Docker sends, and nothing else.

Git keeps one bit of a file's mode, whether it is executable, and so does the copy: the image is
the same under every umask. A copy is named by what is in it and never changes, so that a run may
build from one while another run makes the next.
"""

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..settings.model import SettingsError
from .build_file import BuildFile
from .context import PRIVATE, Entry, is_executable, sent_entries
from .ignore import IgnoreRules
from .listing import (
    BUILD_FILE,
    Listing,
    content_hash,
    digest,
    listing,
    load_listing,
    save_listing,
)

_IN_USE_SECONDS = 3600  # for which another run, such as a preview, may build from a copy


@dataclass(frozen=True)
class BuildFolder:
    """Context and Dockerfile of an image."""

    root: Path
    """Folder of Pulumi.yaml."""

    context: str
    """Build context, relative to Pulumi.yaml; so is the Dockerfile."""

    dockerfile: str


@dataclass(frozen=True)
class Staged:
    """The copy of a context and its Dockerfile, relative to Pulumi.yaml."""

    context: Path
    dockerfile: Path


def copies(stack: str, image: str) -> Path:
    """Return the folder of an image's copies and their listings, relative to Pulumi.yaml."""
    return Path(PRIVATE, "contexts", stack, image)


def stage(folder: BuildFolder, below: Path, where: str, text: str | None = None) -> Staged:
    """Return a copy, in the folder `below`, of what Docker sends of a build context.

    `where` names the image in messages, and `text` is built from in place of the Dockerfile's own.
    Raises SettingsError for a context that cannot be read.
    """
    context = folder.root / folder.context
    if not context.is_dir():
        raise SettingsError(
            f"{where}: {folder.context} is no folder (relative to Pulumi.yaml); set `context`"
        )
    rules = IgnoreRules.read(context, folder.root / folder.dockerfile)
    entries = list(sent_entries(context, rules))
    dockerfile = BuildFile.place(folder.root / folder.dockerfile, context, entries, text)
    content = _listing(entries, dockerfile)
    copy = folder.root / below / digest(content)
    if not copy.is_dir():
        copy = _make(copy.parent, entries, content, dockerfile)
    else:
        os.utime(copy)  # in use
        if load_listing(copy) is None:
            save_listing(content, copy)
    name = below / copy.name
    return Staged(name, name / dockerfile.path)


def prune(below: Path, kept: str) -> None:
    """Remove the copies in a folder, and their listings, but one and those still in use."""
    latest = time.time() - _IN_USE_SECONDS
    for path in below.iterdir() if below.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):  # removed by another run
            if path.name.partition(".")[0] != kept and path.stat().st_mtime < latest:
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()


def _listing(entries: Iterable[Entry], dockerfile: BuildFile) -> Listing:
    added = {} if dockerfile.is_sent else {BUILD_FILE: content_hash(dockerfile.content)}
    return listing(entries) | added


def _make(below: Path, entries: Sequence[Entry], content: Listing, dockerfile: BuildFile) -> Path:
    """Make a copy and return its path: its name is that of what was copied in the end."""
    below.mkdir(parents=True, exist_ok=True)
    (below.parents[1] / ".gitignore").write_text("*\n", encoding="utf-8")
    copied = _copied(below, content)
    making = Path(tempfile.mkdtemp(dir=below))
    try:
        making.chmod(0o755)
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                _copy(entry, making / entry.path, copied.get(entry.path))
        for entry in reversed(entries):
            with contextlib.suppress(FileNotFoundError):
                _set_times(entry, making / entry.path)
        made = _listing(sent_entries(making, IgnoreRules(())), dockerfile)
        dockerfile.add(making)
        copy = below / digest(made)
        save_listing(made, copy)
        _rename(making, copy)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return copy


def _copied(below: Path, content: Listing) -> dict[str, Path]:
    """Return the files that another copy has with the same content, where it has them."""
    return {
        path: other / path
        for other in below.iterdir()
        for path, fingerprint in (load_listing(other) or {}).items()
        if content.get(path) == fingerprint
    }


def _rename(making: Path, copy: Path) -> None:
    try:
        making.rename(copy)
    except OSError:
        if not copy.is_dir():  # made by another run
            raise


def _copy(entry: Entry, copy: Path, same: Path | None) -> None:
    """Copy an entry; `same` is a copy of it on this disk, to which it may be a hard link."""
    if entry.is_folder:
        copy.mkdir()
        copy.chmod(0o755)  # under any umask
        return
    if entry.is_link:
        copy.symlink_to(entry.source.readlink())
        return
    if same:
        with contextlib.suppress(OSError):
            copy.hardlink_to(same)
            return
    state = entry.source.lstat()
    if stat.S_ISREG(state.st_mode):
        shutil.copyfile(entry.source, copy)
    elif stat.S_ISSOCK(state.st_mode):
        copy.touch()  # which is what BuildKit makes of it
    else:
        os.mkfifo(copy)
    copy.chmod(0o755 if is_executable(state.st_mode) else 0o644)


def _set_times(entry: Entry, copy: Path) -> None:
    state = entry.source.lstat()
    os.utime(copy, ns=(state.st_atime_ns, state.st_mtime_ns), follow_symlinks=False)
