"""A build context: which files, folders and links Docker sends to a build."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..settings.model import SettingsError
from .ignore import IgnoreRules

PRIVATE = ".slipway"
"""Folder of Slipway's state, secrets and copies: never part of a context, whatever the rules."""


@dataclass(frozen=True)
class Entry:
    """A file, folder, link or special file of a context."""

    path: str
    """Path relative to the context."""

    source: Path
    is_folder: bool
    is_link: bool


@dataclass(frozen=True)
class _Folder:
    path: str
    source: Path
    is_ignored: bool
    matches: Sequence[bool]


def sent_entries(context: Path, rules: IgnoreRules) -> Iterator[Entry]:
    """Yield what Docker sends of a context, by name, and folders before their content.

    An ignored folder is not even listed, unless an exception may hold for something in it; it is
    sent then if something in it is. Links are not followed. Raises SettingsError for a folder that
    cannot be read and is not ignored.
    """
    yield from _below(_Folder("", context, False, ()), rules)


def _below(folder: _Folder, rules: IgnoreRules) -> Iterator[Entry]:
    for found in _list(folder):
        if found.name == PRIVATE:
            continue
        path = f"{folder.path}/{found.name}" if folder.path else found.name
        verdict = rules.judge(path, folder.matches)
        entry = Entry(
            path, Path(found.path), found.is_dir(follow_symlinks=False), found.is_symlink()
        )
        if entry.is_folder:
            below = _Folder(path, entry.source, verdict.is_ignored, verdict.matches)
            yield from _with_content(entry, below, rules)
        elif not verdict.is_ignored:
            yield entry


def _with_content(entry: Entry, folder: _Folder, rules: IgnoreRules) -> Iterator[Entry]:
    if not folder.is_ignored:
        yield entry
        yield from _below(folder, rules)
    elif rules.may_except_below(folder.path):
        content = _below(folder, rules)
        first = next(content, None)
        if first:
            yield entry
            yield first
            yield from content


def _list(folder: _Folder) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder.source) as found:
            return sorted(found, key=lambda each: os.fsencode(each.name))
    except FileNotFoundError:
        return []  # removed meanwhile
    except PermissionError:
        if folder.is_ignored:
            return []
        raise SettingsError(
            f"{folder.path or 'the build context'}: permission denied; `docker build` cannot read "
            "this folder either; `chmod` it, or name it in .dockerignore"
        ) from None


def require_resolvable(entry: Entry) -> None:
    """Raise SettingsError for a link that the docker plugin cannot resolve.

    A link to nothing is fine. One that leads out of the context is a link to nothing in the build.
    """
    try:
        entry.source.stat()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise SettingsError(
            f"{entry.path} in the build context is a link to {entry.source.readlink()}: "
            f"{error.strerror}; remove the link, or name it in .dockerignore"
        ) from None


def is_executable(mode: int) -> bool:
    """Return what Git keeps of a file's mode."""
    return bool(mode & stat.S_IXUSR)
