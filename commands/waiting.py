"""Waiting for a child process while signals may come."""

import subprocess
from collections.abc import Callable
from typing import TypeVar

_SECONDS = 0.5

Result = TypeVar("Result")


def until_it_ends(wait: Callable[..., Result]) -> Result:
    """Return the result of a process's `wait` or `communicate`, called twice a second.

    Python runs signal handlers between its own steps. A signal just before the system call that
    waits would be handled only after the process has ended by itself.
    """
    while True:
        try:
            return wait(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            continue
