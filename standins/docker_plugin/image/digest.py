"""The context digest: one number that changes when a build would see other files.

It is the vendor's, byte for byte, with its one known fault (see `_Hasher._folder`): another
digest, even a better one, would show as a change of every image that moves between plugins.
"""

import hashlib
import os
import posixpath
import stat
from collections.abc import Sequence
from pathlib import Path

from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.image.ignore import IgnoreRules, read_rules

_CHUNK = 1 << 20
_MAX_LINKS = 255


def context_digest(context: str, dockerfile: str) -> str:
    """Return the digest of a build context as 64 hexadecimal digits.

    Inputs: the context's folder and the Dockerfile, as the user wrote them (relative to the
    project directory or absolute). The text of the context enters the digest where a symbolic
    link is resolved. Raises PluginError for a context that cannot be read or a malformed
    .dockerignore file.
    """
    hasher = _Hasher(context, read_rules(context, dockerfile))
    try:
        hasher.add("Dockerfile", "----------", _file_hash(dockerfile))
        os.lstat(context or ".")
        hasher.walk()
    except FileNotFoundError as error:
        raise PluginError(
            f"unable to hash build context: resolve : lstat {error.filename}:"
            " no such file or directory; correct build.context of the Image"
        ) from error
    except OSError as error:
        raise PluginError(
            f"unable to hash build context: {error.filename}: {error.strerror};"
            " the build would not be able to read it either"
        ) from error
    return hasher.hexdigest()


def go_mode(mode: int) -> str:
    """Return the mode bits of a non-directory as Go writes them, for example `-rw-r--r--`."""
    prefix = ""
    for letter, is_set in (
        ("L", stat.S_ISLNK(mode)),
        ("D", stat.S_ISBLK(mode) or stat.S_ISCHR(mode)),
        ("p", stat.S_ISFIFO(mode)),
        ("S", stat.S_ISSOCK(mode)),
        ("u", mode & stat.S_ISUID),
        ("g", mode & stat.S_ISGID),
        ("c", stat.S_ISCHR(mode)),
        ("t", mode & stat.S_ISVTX),
    ):
        if is_set:
            prefix += letter
    bits = "".join(
        letter if mode & (1 << (8 - index)) else "-" for index, letter in enumerate("rwxrwxrwx")
    )
    return (prefix or "-") + bits


def resolve_link(path: str) -> str:
    """Resolve every symbolic link in `path` and keep it relative if it is, as Go does.

    Raises FileNotFoundError for a dangling link and OSError for a loop.
    """
    pending = path.split("/")
    resolved = "/" if path.startswith("/") else ""
    links = 0
    while pending:
        part = pending.pop(0)
        if part in ("", "."):
            continue
        if part == ".." and resolved and posixpath.basename(resolved) not in ("..", ""):
            resolved = posixpath.dirname(resolved)
            continue
        step = posixpath.join(resolved, part)
        if part == ".." or not stat.S_ISLNK(os.lstat(step).st_mode):
            resolved = "/" if step == "/.." else step
            continue
        links += 1
        if links > _MAX_LINKS:
            raise OSError(None, "too many links", path)
        target = os.readlink(step)
        if target.startswith("/"):
            resolved = "/"
        pending = target.split("/") + pending
    return resolved or "."


class _Hasher:
    """Adds the files of one context to one sha256, in the vendor's order and form."""

    def __init__(self, context: str, rules: IgnoreRules) -> None:
        self._context = context
        self._rules = rules
        self._sum = hashlib.sha256()

    def add(self, name: str, mode: str, content: bytes) -> None:
        """Add one entry: its name, its mode in words, its 32 byte hash, a zero byte."""
        self._sum.update(os.fsencode(name) + mode.encode() + content + b"\0")

    def walk(self) -> None:
        """Add everything in the context that is not ignored."""
        self._folder("", ())

    def hexdigest(self) -> str:
        return self._sum.hexdigest()

    def _folder(self, folder: str, parent: Sequence[bool]) -> None:
        for name in sorted(os.listdir(Path(self._context, folder)), key=os.fsencode):
            path = f"{folder}/{name}" if folder else name
            ignored, matches = self._rules.judge(path, parent)
            mode = os.lstat(Path(self._context, path)).st_mode
            if stat.S_ISDIR(mode):
                if not ignored or self._rules.admits_again:
                    self._folder(path, matches)
                continue
            if ignored:
                continue
            try:
                content = self._content_hash(path, mode)
            except (FileNotFoundError, NotADirectoryError):
                # The vendor's walk takes a link to nothing for the end of its folder: what
                # follows is sent to the build but does not count.
                return
            self.add(path, go_mode(mode), content)

    def _content_hash(self, path: str, mode: int) -> bytes:
        if stat.S_ISLNK(mode):
            target = resolve_link(posixpath.normpath(posixpath.join(self._context, path)))
            return hashlib.sha256(os.fsencode(target)).digest()
        if stat.S_ISREG(mode):
            return _file_hash(os.path.join(self._context, path))
        return hashlib.sha256().digest()


def _file_hash(path: str) -> bytes:
    total = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    return total.digest()
