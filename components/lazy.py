"""Packages whose names are loaded when they are first used.

The process that serves dynamic providers starts with every run and needs a small part of them.
https://peps.python.org/pep-0562/
"""

from collections.abc import Callable
from typing import Any, cast

import lazy_loader  # pyright: ignore[reportMissingTypeStubs]

Attached = tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]
"""`__getattr__`, `__dir__` and `__all__` of a package."""


def names_of(package: str, file: str) -> Attached:
    """Return what a package needs to have the names in the stub (`.pyi`) beside its `file`."""
    attach = cast("Callable[[str, str], Attached]", lazy_loader.attach_stub)
    return attach(package, file)
