"""YAML as Go's libraries read it, which most tools of Kubernetes use.

They follow YAML 1.1 for some values and 1.2 for others: `y`, `1e3` and `0o7` are no texts to them
(https://pkg.go.dev/gopkg.in/yaml.v3). So a text is written without quotes only where no version
could take it for anything else. The values are those that JSON has, in the block style that
kubectl writes; there are no anchors, tags or folded lines.
"""

import json
import math
import re
from functools import lru_cache
from typing import Any, cast

_PART = "[A-Za-z0-9_./@-]"
_PLAIN = re.compile(rf"[A-Za-z/]{_PART}*(?::{_PART}+)*|[0-9]+(?:m|[KMGTPE]i)")
"""Texts without a character that means something in YAML: names, paths, images, quantities."""

_WORDS = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity")
)
"""Plain texts that are something else to a reader, in any case of their letters."""

_QUOTABLE = re.compile(r"[ -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")
"""Texts of one line without characters that only an escape can write."""

_SEPARATORS = re.compile("[\u2028\u2029]")
"""Characters that are line breaks to some readers."""

_LINE = r"[\t -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]"
_LINES = re.compile(rf"[!-~]{_LINE}*(?:\n{_LINE}*)+")
"""Texts of several lines that a block can have: readable, and compared line by line."""

_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON does not escape, and YAML does not allow or takes for a line break."""

_LONGEST_KEY = 120
"""Characters of a key before its colon, as libyaml's writers have it; 1,024 are allowed."""


def dump(*documents: Any) -> str:
    """Return documents as YAML, keys in their order; every text stays one for all readers.

    Raises TypeError for a value that JSON does not have, and ValueError for a number that it does
    not have.
    """
    return "---\n".join(map(_document, documents))


def _document(value: Any) -> str:
    lines: list[str] = []
    if isinstance(value, dict) and value:
        _mapping(cast("dict[str, Any]", value), "", "", lines)
    elif isinstance(value, list) and value:
        _sequence(cast("list[Any]", value), "", "", lines)
    else:
        lines.append(_scalar(value, "  "))
    lines.append("")
    return "\n".join(lines)


def _mapping(mapping: dict[str, Any], first: str, indent: str, lines: list[str]) -> None:
    """Add the lines of a mapping, of which the first one begins with `first`."""
    start = first
    for key, value in mapping.items():
        head = start + _key(key, indent)
        start = indent
        if type(value) is str:
            lines.append(f"{head} {_text(value, indent)}")
        elif isinstance(value, dict) and value:
            lines.append(head)
            deeper = indent + "  "
            _mapping(cast("dict[str, Any]", value), deeper, deeper, lines)
        elif isinstance(value, list) and value:
            lines.append(head)
            _sequence(cast("list[Any]", value), indent, indent, lines)
        else:
            lines.append(f"{head} {_scalar(value, indent)}")


def _sequence(sequence: list[Any], first: str, indent: str, lines: list[str]) -> None:
    start = first
    deeper = indent + "  "
    for value in sequence:
        head = start + "- "
        start = indent
        if isinstance(value, dict) and value:
            _mapping(cast("dict[str, Any]", value), head, deeper, lines)
        elif isinstance(value, list) and value:
            _sequence(cast("list[Any]", value), head, deeper, lines)
        else:
            lines.append(head + _scalar(value, indent))


def _scalar(value: Any, indent: str) -> str:
    if isinstance(value, str):
        return _text(value, indent)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    raise TypeError(f"a value of the type {type(value).__name__} cannot be written: {value!r}")


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number that JSON has")
    mantissa, exponent, power = float.__repr__(value).partition("e")
    # YAML 1.1 has no number with an exponent and without a point.
    return (
        f"{mantissa}.0e{power}" if exponent and "." not in mantissa else mantissa + exponent + power
    )


@lru_cache(maxsize=4096)
def _key(key: str, indent: str) -> str:
    """Return a key with its colon; a long one in the form that has no limit."""
    if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a key must be a text: {key!r}")
    written = _inline(key)
    return f"{written}:" if len(written) <= _LONGEST_KEY else f"? {written}\n{indent}:"


def _text(text: str, indent: str) -> str:
    if "\n" not in text or not _LINES.fullmatch(text):
        return _inline(text)
    *_, last = text.removesuffix("\n").split("\n")
    # How many empty lines belong to the end of a block is not read alike by all.
    return _inline(text) if not last or last.isspace() else _block(text, indent + "  ")


def _inline(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if _QUOTABLE.fullmatch(text) and not _SEPARATORS.search(text):
        return "'" + text.replace("'", "''") + "'"
    return _ESCAPED.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _block(text: str, indent: str) -> str:
    """Return a text line by line; empty lines have no spaces, which would be no difference."""
    body = text.removesuffix("\n")
    lines = [indent + line if line else "" for line in body.split("\n")]
    return "\n".join(("|" if body != text else "|-", *lines))
