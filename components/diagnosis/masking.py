"""Masking of secrets in text that was written by programs."""

import base64
import re
from collections.abc import Collection, Iterator
from urllib.parse import quote, quote_plus

MASK = "[secret]"

_SHORTEST = 4
"""Characters below which a value would mask ordinary words, and is hardly secret."""

_SHORTEST_LINE = 8
"""Characters from which a line of a secret with several lines is masked by itself."""


def masked(text: str, secrets: Collection[str]) -> str:
    """Return a text in which no value of a secret can be read.

    A value is also masked as base64, in URLs, as JSON escapes it, and line by line; the longest
    form first, so that no rest of it stays.
    """
    forms = {form for value in secrets for form in _forms(value)}
    if not forms:
        return text
    longest_first = sorted(forms, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), MASK, text)


def _forms(value: str) -> Iterator[str]:
    """Yield what a value looks like in logs; nothing for one that is too short."""
    stripped = value.strip()
    if len(stripped) < _SHORTEST:
        return
    yield value
    yield stripped
    yield from (quote(stripped), quote(stripped, safe=""), quote_plus(stripped))
    yield stripped.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    for text in {value, stripped}:
        yield from _base64(text.encode())
    yield from (line for line in map(str.strip, value.split("\n")) if len(line) >= _SHORTEST_LINE)


def _base64(value: bytes) -> Iterator[str]:
    """Yield a value as base64, also where it stands inside a longer one such as `user:password`.

    There its digits depend on its place in groups of three bytes; those at the ends are of its
    neighbours too, and are left out.
    """
    for before in range(3):
        digits = base64.b64encode(b"\0" * before + value).decode().rstrip("=")
        first = -(-before * 8 // 6)
        whole = (before + len(value)) * 8 // 6
        middle = digits[first:whole]
        if len(middle) >= _SHORTEST:
            yield middle
            yield middle.replace("+", "-").replace("/", "_")
