"""A copy of a build context whose file modes are the same in every checkout.

The docker plugin's digest of a context counts every mode bit, so that another umask would rebuild
the image. Git keeps one bit, whether a file is executable, and so does the copy. .dockerignore
decides what a build sees; it is copied too.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..settings.model import SettingsError

FOLDER = Path(".slipway", "build")
"""Folder of the copies, relative to Pulumi.yaml."""

_SHOWN = 12  # characters of a hash


def stage(root: Path, context: str, dockerfile: str, name: str) -> Path:
    """Update the copy of a context, and return its path, relative to `root`.

    Only files whose size or time differ are copied. Raises SettingsError for a context that
    cannot be built: no folder, or a dangling link in it.
    """
    source, copy = root / context, root / FOLDER / name
    if not source.is_dir():
        raise SettingsError(
            f'Image("{name}"): {context} is no folder (relative to Pulumi.yaml); set `context`'
        )
    copy.mkdir(parents=True, exist_ok=True)
    (root / FOLDER / ".gitignore").write_text("*\n")
    # Where the context is the project: not the copies themselves.
    copies = frozenset({copy.parents[1]})
    left_out = _left_out(source, root / f"{dockerfile}.dockerignore")
    kept: set[Path] = set()
    for path in _walk(source, source, left_out, copies):
        relative = path.relative_to(source)
        if not path.exists():
            raise SettingsError(
                f'Image("{name}"): {relative} in the build context is a link to '
                f"{path.readlink()}, which does not exist; remove the link, or add it to "
                ".dockerignore"
            )
        kept.add(relative)
        _copy(path, copy / relative)
    for path in list(_walk(copy, copy, frozenset(), frozenset())):
        if path.relative_to(copy) not in kept:
            _remove(path)
    return FOLDER / name


def hashes(folder: Path) -> dict[str, str]:
    """Return a short hash of every file below a folder, by path; executable ones are marked."""
    result: dict[str, str] = {}
    for path in _walk(folder, folder, frozenset(), frozenset()):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            result[name] = f"-> {path.readlink()}"
        elif path.is_file():
            mark = " x" if path.stat().st_mode & 0o100 else ""
            result[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:_SHOWN] + mark
    return result


def _left_out(context: Path, own: Path) -> frozenset[str]:
    """Return the lines of the ignore file without patterns: what they name need not be copied.

    Everything else is copied; Docker reads the ignore file again and decides.
    """
    file = own if own.is_file() else context / ".dockerignore"
    lines = [line.strip() for line in file.read_text().splitlines()] if file.is_file() else []
    if any(line.startswith("!") for line in lines):
        return frozenset()
    plain = {line.strip("/") for line in lines if not line.startswith("#")}
    return frozenset(line for line in plain if not set(line.removeprefix("**/")) & set("*?[]\\"))


def _walk(
    folder: Path, top: Path, left_out: frozenset[str], skipped: frozenset[Path]
) -> Iterator[Path]:
    """Yield folders, files and links below a folder by name, folders before their content."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = Path(entry.path)
        relative = path.relative_to(top)
        if {str(relative), f"**/{entry.name}"} & left_out or path in skipped:
            continue
        if entry.is_symlink() or entry.is_file():
            yield path
        elif entry.is_dir():
            yield path
            yield from _walk(path, top, left_out, skipped)


def _copy(source: Path, copy: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        if copy.is_symlink() or copy.is_file():
            copy.unlink()
        copy.mkdir(mode=0o755, exist_ok=True)
        return
    if copy.is_dir() and not copy.is_symlink():
        shutil.rmtree(copy)
    if source.is_symlink():
        if not copy.is_symlink() or copy.readlink() != source.readlink():
            copy.unlink(missing_ok=True)
            copy.symlink_to(source.readlink())
        return
    original = source.stat()
    mode = 0o755 if original.st_mode & 0o100 else 0o644
    if not _is_copied(original, copy):
        copy.unlink(missing_ok=True)
        shutil.copyfile(source, copy)
        os.utime(copy, ns=(original.st_atime_ns, original.st_mtime_ns))
    copy.chmod(mode)


def _is_copied(original: os.stat_result, copy: Path) -> bool:
    if copy.is_symlink() or not copy.is_file():
        return False
    current = copy.stat()
    return (current.st_size, current.st_mtime_ns) == (original.st_size, original.st_mtime_ns)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
