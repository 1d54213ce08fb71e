"""The rules of a .dockerignore file, as the vendor's plugin and Docker's builder read them.

The rules are those of moby's patternmatcher: later patterns win, `!` admits again, a pattern
that matches a folder holds for what is in it. https://docs.docker.com/build/concepts/context/
"""

import posixpath
import re
from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path

from standins.docker_plugin.errors import PluginError

_REGEX_SPECIAL = frozenset(".+()|{}$")


class _Kind(Enum):
    EXACT = "exact"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    REGEX = "regex"


class Pattern:
    """One cleaned line of a .dockerignore file; `admits` is set for a line that began with `!`."""

    def __init__(self, line: str) -> None:
        """Read one pattern; raise ValueError with Go's words when its syntax is wrong."""
        self.admits = line.startswith("!")
        self.text = line[1:] if self.admits else line
        if self.admits and not self.text:
            raise ValueError('illegal exclusion pattern: "!"')
        self._kind, expression = _translate(self.text)
        try:
            self._regex = re.compile(expression, re.DOTALL)
        except re.error as error:
            raise ValueError("syntax error in pattern") from error

    def matches(self, path: str) -> bool:
        """Tell whether the pattern fits `path` itself (relative, with slashes)."""
        if self._kind is _Kind.EXACT:
            return path == self.text
        if self._kind is _Kind.PREFIX:
            return path.startswith(self.text[:-2])
        if self._kind is _Kind.SUFFIX:
            suffix = self.text[2:]
            return path.endswith(suffix) or (suffix.startswith("/") and path == suffix[1:])
        return self._regex.match(path) is not None


class IgnoreRules:
    """The patterns of one file, matched folder by folder while a context is walked."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Compile the lines of an ignore file; raise PluginError for a malformed one."""
        self._patterns: list[Pattern] = []
        for line in clean_lines(lines):
            try:
                self._patterns.append(Pattern(line))
            except ValueError as error:
                raise PluginError(
                    f"unable to hash build context: invalid excludepatterns: {line!r}: {error};"
                    " correct that line of the .dockerignore file"
                ) from error
        self.admits_again = any(pattern.admits for pattern in self._patterns)

    def judge(self, path: str, parent: Sequence[bool]) -> tuple[bool, list[bool]]:
        """Tell whether `path` is ignored, and which patterns hold for it and what is below it.

        Inputs: the path relative to the context and the second answer for its folder
        (empty at the top).
        """
        ignored = False
        matches: list[bool] = []
        for index, pattern in enumerate(self._patterns):
            match = bool(parent) and parent[index]
            # A pattern that could not change the verdict is not tried, and counts as no match:
            # Docker's matcher does so, and what is below then has to match by itself.
            if not match and pattern.admits == ignored:
                match = pattern.matches(path)
            matches.append(match)
            if match:
                ignored = not pattern.admits
        return ignored, matches


def read_rules(context: str, dockerfile: str) -> IgnoreRules:
    """Read the ignore file that holds: the Dockerfile's own one, else the context's, else none."""
    for candidate in (Path(f"{dockerfile}.dockerignore"), Path(context, ".dockerignore")):
        if candidate.is_file():
            return IgnoreRules(candidate.read_text("utf-8-sig", "surrogateescape").split("\n"))
    return IgnoreRules(())


def clean_lines(lines: Iterable[str]) -> list[str]:
    """Return the patterns without comments, blanks, leading slashes and `.`/`..` steps."""
    cleaned: list[str] = []
    for raw in lines:
        if raw.startswith("#"):
            continue
        line = raw.strip()
        admits = line.startswith("!")
        text = line[1:].strip() if admits else line
        if text:
            text = _go_clean(text)
            if len(text) > 1 and text.startswith("/"):
                text = text[1:]
        if text or admits:
            cleaned.append(("!" if admits else "") + text)
    return cleaned


def _go_clean(path: str) -> str:
    """Clean a path like Go: POSIX lets two leading slashes stand, Go does not."""
    return posixpath.normpath("/" + path.lstrip("/") if path.startswith("/") else path)


def _translate(text: str) -> tuple[_Kind, str]:  # noqa: C901 - one case for each character
    """Return how to match the pattern, and the regular expression for the general case."""
    kind = _Kind.EXACT
    expression = "^"
    index = 0
    while index < len(text):
        start, char = index, text[index]
        index += 1
        if char == "*" and text[index : index + 1] == "*":
            index += 1
            if text[index : index + 1] == "/":
                index += 1
            if index < len(text):
                expression += "(.*/)?"
                kind = _Kind.REGEX
            elif kind is _Kind.EXACT:
                kind = _Kind.PREFIX
            else:
                expression += ".*"
                kind = _Kind.REGEX
            if start == 0:
                kind = _Kind.SUFFIX
        elif char == "*":
            expression += "[^/]*"
            kind = _Kind.REGEX
        elif char == "?":
            expression += "[^/]"
            kind = _Kind.REGEX
        elif char in _REGEX_SPECIAL:
            expression += "\\" + char
        elif char == "\\":
            if index == len(text):
                raise ValueError("syntax error in pattern")
            expression += "\\" + text[index]
            index += 1
            kind = _Kind.REGEX
        else:
            if char in "[]":
                kind = _Kind.REGEX
            expression += char
    return kind, expression + "\\Z"
