"""One pattern of a .dockerignore file, as BuildKit reads it.

BuildKit makes a regular expression of a pattern character by character, and Go's rules for those
apply then: a backslash before a letter is a class, and `[*]` is no asterisk. This follows it step
by step, so that the two cannot differ. https://pkg.go.dev/github.com/moby/patternmatcher
"""

import re
from enum import Enum
from functools import cached_property

_QUOTED = frozenset(".+()|{}$")
_LETTERS = frozenset("aAbBdDfnrtvwW")  # after a backslash, the same in both languages
_OTHERS = {"z": r"\Z", "s": r"[\t\n\f\r ]", "S": r"[^\t\n\f\r ]"}
_IN_CLASS = r"(?:\\[^\udc80-\udcff]|[^\\\]\-\udc80-\udcff])"
_VALID = re.compile(rf"(?:[^\\\[]|\\.|\[\^?+(?:{_IN_CLASS}(?:-{_IN_CLASS})?)+\])*", re.DOTALL)
# What Docker checks in advance, with Go's filepath.Match of a single dot: the text up to the first
# asterisk that this does not match.
_CHECKED = re.compile(
    r"\**(?:(?:\\?\.|\?)\*+)?((?:[^*\\\[]|\\.?|\[(?:[^\]\\]|\\.?)*\]?)*)", re.DOTALL
)
_WILDCARDS = {"*": "[^/]*", "?": "[^/]"}
_TOKEN = re.compile(r"\*\*/?|\\.|.", re.DOTALL)
_BYTES = re.compile("[\udc80-\udcff]")


class _Kind(Enum):
    EXACT = "exact"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    EXPRESSION = "expression"


class IgnorePattern:
    """A pattern: the path that it names, and whether it is an exception (`!`) from others.

    Bytes that are no UTF-8 are lone surrogates, as in Python's names of files.
    """

    def __init__(self, line: str) -> None:
        """Read a cleaned line. Raises ValueError for one that is no pattern."""
        self.is_exception = line.startswith("!")
        self.text = line[1:] if self.is_exception else line
        if not self.text:
            raise ValueError("nothing follows the exclamation mark")
        checked = _CHECKED.match(self.text)
        if checked and not _VALID.fullmatch(checked[1]):
            raise ValueError("unclosed bracket, empty range, or a backslash at the end")
        self._kind, self._text = _translate(self.text)

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        try:
            return re.compile(_python(self._text), re.ASCII)
        except re.error:
            raise ValueError("a range or an escape that Docker's expressions do not have") from None

    def matches(self, path: str) -> bool:
        """Return whether the pattern names this very path, relative to the context.

        Raises ValueError for an expression that is none; Docker finds that out only here too.
        """
        match self._kind:
            case _Kind.EXACT:
                return path == self.text
            case _Kind.PREFIX:
                return path.startswith(self.text[:-2])
            case _Kind.SUFFIX:
                suffix = self.text[2:]
                return path.endswith(suffix) or f"/{path}" == suffix
            case _Kind.EXPRESSION:
                return self._expression.match(_as_runes(path)) is not None

    @property
    def stem(self) -> str:
        """The pattern without `/**` or `/*` at its end."""
        return self.text.removesuffix("/**").removesuffix("/*")


def _translate(text: str) -> tuple[_Kind, str]:
    """Return how to match a pattern, and Docker's regular expression of it."""
    kind = _Kind.EXACT
    expression: str = "^"
    # Go's scanner of characters skips a byte order mark.
    tokens: list[str] = _TOKEN.findall(_as_runes(text).removeprefix("\ufeff"))
    for index, token in enumerate(tokens):
        is_last = index == len(tokens) - 1
        if token.startswith("**"):
            if not is_last:
                kind, expression = _Kind.EXPRESSION, f"{expression}(.*/)?"
            elif kind is _Kind.EXACT:
                kind = _Kind.PREFIX
            else:
                kind, expression = _Kind.EXPRESSION, f"{expression}.*"
            if index == 0:
                kind = _Kind.SUFFIX
        elif token in _QUOTED:
            expression += f"\\{token}"
        else:
            if token[0] in "*?[]\\":
                kind = _Kind.EXPRESSION
            expression += _WILDCARDS.get(token, token)
    return kind, f"{expression}$"


def _python(expression: str) -> str:
    """Return a regular expression of Go in Python's words. Raises ValueError where it has none."""
    result = ""
    is_class = False
    for token in re.findall(r"\\.|\[:|\[\^?\]?|.", expression, re.DOTALL):
        if token[0] == "\\":
            result += _escape(token[1], is_class)
        elif not is_class:
            is_class = token[0] == "["
            result += r"\Z" if token == "$" else token
        elif token == "[:":
            raise ValueError("a named class of characters; list the characters")
        elif token == "]":
            is_class = False
            result += token
        else:
            # A nested bracket is a plain character, with which a class may end at once.
            result += re.sub(r"[\[&~|]", r"\\\g<0>", token)
            is_class = not (token[0] == "[" and token[-1] == "]")
    return result


def _escape(char: str, is_class: bool) -> str:
    if not char.isascii() or (char.isalnum() and char not in _LETTERS | _OTHERS.keys()):
        raise ValueError(f"a backslash before {char}; folders are parted by a slash")
    if is_class and char in "AbBzsS":
        raise ValueError(f"a backslash before {char} in brackets")
    return _OTHERS.get(char, f"\\{char}")


def _as_runes(text: str) -> str:
    """Return a text as Go's expressions see it, where every wrong byte is the same character."""
    return text if text.isascii() else _BYTES.sub("\ufffd", text)
