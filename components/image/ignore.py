"""The rules of a .dockerignore file: what of a build context Docker does not send to a build.

They are those of BuildKit: later patterns win, `!` makes an exception, and what names a folder
holds for everything below it. https://docs.docker.com/build/concepts/context/#dockerignore-files
"""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ..settings.model import SettingsError
from .ignore_pattern import IgnorePattern

# What Go takes for white space; Python strips four control characters more.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_WILDCARDS = frozenset("*[]?^\\")


@dataclass(frozen=True)
class Verdict:
    """Answer of the rules to a path."""

    is_ignored: bool

    matches: Sequence[bool]
    """For each pattern, whether it names the path or a folder above it."""


class IgnoreRules:
    """The patterns of one ignore file, asked folder by folder while a context is walked."""

    def __init__(self, lines: Iterable[str], file: str = ".dockerignore") -> None:
        """Read the lines of an ignore file, which messages name.

        Raises SettingsError for a line that is no pattern.
        """
        self._file = file
        self._patterns = [self._pattern(line) for line in _clean(lines)]
        exceptions = [each for each in self._patterns if each.is_exception]
        self._exceptions = [each.stem for each in exceptions]
        self._may_be_anywhere = any(_WILDCARDS & set(stem) for stem in self._exceptions)

    @classmethod
    def read(cls, context: Path, dockerfile: Path) -> Self:
        """Return the rules for a Dockerfile: of its own ignore file, else the context's.

        Raises SettingsError for a file that cannot be read.
        """
        for file in (dockerfile.with_name(f"{dockerfile.name}.dockerignore"), ignore_file(context)):
            if file.is_file():
                return cls(_text(file).removeprefix("\ufeff").split("\n"), file.name)
        return cls(())

    def judge(self, path: str, above: Sequence[bool] = ()) -> Verdict:
        """Return the verdict on a path; `above` are the matches of its folder, none at the top.

        Raises SettingsError for a line of which `docker build` finds out here that it is none.
        """
        is_ignored = False
        matches: list[bool] = []
        for index, pattern in enumerate(self._patterns):
            is_match = bool(above) and above[index]
            # Docker does not try a pattern that cannot change the verdict, and forgets then that
            # it would hold for what is below.
            if not is_match and pattern.is_exception == is_ignored:
                is_match = self._is_match(pattern, path)
            matches.append(is_match)
            if is_match:
                is_ignored = not pattern.is_exception
        return Verdict(is_ignored, matches)

    def may_except_below(self, folder: str) -> bool:
        """Return whether an exception may hold for something below an ignored folder."""
        return self._may_be_anywhere or any(
            f"{stem}/".startswith(f"{folder}/") for stem in self._exceptions
        )

    def _pattern(self, line: str) -> IgnorePattern:
        try:
            return IgnorePattern(line)
        except ValueError as error:
            raise self._refusal(line, error) from None

    def _is_match(self, pattern: IgnorePattern, path: str) -> bool:
        try:
            return pattern.matches(path)
        except ValueError as error:
            raise self._refusal(pattern.text, error) from None

    def _refusal(self, line: str, error: ValueError) -> SettingsError:
        shown = line.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return SettingsError(
            f"{self._file}: {shown}: {error}; correct this line of the ignore file"
        )


def ignore_file(context: Path) -> Path:
    """Return the path of a context's ignore file."""
    return context / ".dockerignore"


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", "surrogateescape")
    except PermissionError:
        raise SettingsError(
            f"{file.name} of the build context: permission denied; `chmod` the file"
        ) from None


def _clean(lines: Iterable[str]) -> Iterator[str]:
    """Yield the patterns of lines: without comments, blanks, and leading slashes."""
    for raw in lines:
        line = raw.strip(_SPACE)
        if raw.startswith("#") or not line:
            continue
        mark = "!" if line.startswith("!") else ""
        path = line.removeprefix("!").strip(_SPACE) if mark else line
        if path:
            path = _normal(path)
            path = path if path == "/" else path.removeprefix("/")
        if pattern := (mark + path).strip(_SPACE):
            yield _normal(pattern)


def _normal(path: str) -> str:
    """Return a path without `.`, `..` and double slashes, where POSIX keeps two leading ones."""
    return posixpath.normpath(f"/{path.lstrip('/')}" if path.startswith("/") else path)
