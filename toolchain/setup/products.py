"""The targets whose own tools a set-up must provide.

The stack file is read as text: there may be no Python environment with a YAML parser yet.
"""

import re

from toolchain.places import Checkout
from toolchain.setup import stamp

_EXTENDS = re.compile(r"^\s*[\"']?slipway:extends[\"']?\s*:\s*[\"']?([\w.-]+)", re.MULTILINE)
_PRODUCT = re.compile(r"^[^#\n]*\bproduct[\"']?\s*:\s*[\"']?([\w-]+)", re.MULTILINE)


def required(checkout: Checkout, stack: str | None) -> frozenset[str]:
    """Return the products of a stack's target and those of earlier set-ups, which stay."""
    last = stamp.load(checkout)
    return frozenset(last.products if last else ()) | _named(checkout, stack)


def _named(checkout: Checkout, stack: str | None) -> frozenset[str]:
    """Return the products that a stack's file, or one that it extends, names."""
    seen: set[str] = set()
    products: set[str] = set()
    while stack and stack not in seen:
        seen.add(stack)
        try:
            text = (checkout.root / "stacks" / f"Pulumi.{stack}.yaml").read_text()
        except (OSError, UnicodeDecodeError):
            break  # the command that needs the file reports it
        products |= set(_PRODUCT.findall(text))
        base = _EXTENDS.search(text)
        stack = base[1] if base else None
    return frozenset(products)
