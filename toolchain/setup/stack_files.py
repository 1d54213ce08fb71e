"""A stack's file and those that it extends, as set-up reads them.

They are read as text: there may be no Python environment with a YAML parser yet.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from toolchain.places import Checkout

_EXTENDS = re.compile(r"^\s*[\"']?slipway:extends[\"']?\s*:\s*[\"']?([\w.-]+)", re.MULTILINE)
_KEY = re.compile(r"^( *)[\"']?([\w:./-]*\w)[\"']?[ \t]*:(?:[ \t]+(.*))?$")
_COMMENT = re.compile(r"(?:^|\s)#.*")

Settings = dict[tuple[str, ...], str]
"""Values on the lines of keys by the keys' paths; empty for a key with others below it."""


def texts(checkout: Checkout, stack: str | None) -> Iterator[str]:
    """Yield the text of a stack's file and of each that it extends; it may lack some."""
    seen: set[str] = set()
    while stack and stack not in seen:
        seen.add(stack)
        file: Path = checkout.root / "stacks" / f"Pulumi.{stack}.yaml"
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return  # the command that needs the file reports it
        yield text
        base = _EXTENDS.search(text)
        stack = base[1] if base else None


def settings(text: str) -> Settings:
    """Return the keys that stand on lines of their own, below `config`."""
    found: Settings = {}
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        match = _KEY.match(_COMMENT.sub("", line).rstrip())
        if match:
            indent = len(match[1])
            above = [*(each for each in above if each[0] < indent), (indent, match[2])]
            found[tuple(key for _, key in above)] = (match[3] or "").strip()
    return {path[1:]: value for path, value in found.items() if path[0] == "config" and path[1:]}
