"""What the selected stack needs beside what every stack does: its target's own tools.

The stack file is read as text: at this time there may be no Python environment with a YAML parser.
"""

import re

from toolchain.places import Checkout
from toolchain.setup import stamp

_EXTENDS = re.compile(r"^\s*[\"']?slipway:extends[\"']?\s*:\s*[\"']?([\w.-]+)", re.MULTILINE)
_PRODUCT = re.compile(r"^[^#\n]*\bproduct[\"']?\s*:\s*[\"']?([\w-]+)", re.MULTILINE)


def wanted(checkout: Checkout, stack: str | None) -> frozenset[str]:
    """The products of a stack's target, and those of earlier set-ups: what is there stays."""
    last = stamp.load(checkout)
    return frozenset(last.products if last else ()) | _named(checkout, stack)


def _named(checkout: Checkout, stack: str | None) -> frozenset[str]:
    """The products that a stack's file, or one that it extends, names."""
    seen: set[str] = set()
    found: set[str] = set()
    while stack and stack not in seen:
        seen.add(stack)
        try:
            text = (checkout.root / "stacks" / f"Pulumi.{stack}.yaml").read_text()
        except (OSError, UnicodeDecodeError):
            break  # the command that needs the file says so
        found |= set(_PRODUCT.findall(text))
        base = _EXTENDS.search(text)
        stack = base[1] if base else None
    return frozenset(found)
