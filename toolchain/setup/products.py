"""The targets whose own tools a set-up must provide."""

import re

from toolchain.places import Checkout
from toolchain.setup import stamp
from toolchain.setup.stack_files import texts

_PRODUCT = re.compile(r"^[^#\n]*\bproduct[\"']?\s*:\s*[\"']?([\w-]+)", re.MULTILINE)


def required(checkout: Checkout, stack: str | None) -> frozenset[str]:
    """Return the products of a stack's target and those of earlier set-ups, which stay."""
    last = stamp.load(checkout)
    return frozenset(last.products if last else ()) | _named(checkout, stack)


def _named(checkout: Checkout, stack: str | None) -> frozenset[str]:
    """Return the products that a stack's file, or one that it extends, names."""
    return frozenset(name for text in texts(checkout, stack) for name in _PRODUCT.findall(text))
