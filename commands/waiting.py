"""Waiting for a process of ours while signals may come."""

import subprocess
from collections.abc import Callable
from typing import TypeVar

_SECONDS = 0.5

Result = TypeVar("Result")


def until_it_ends(wait: Callable[..., Result]) -> Result:
    """What a process's `wait` or `communicate` gives, asked for twice a second.

    Python runs the handler of a signal between steps of its own. One that comes just before the
    system call that waits would be handled only once the process has ended by itself.
    """
    while True:
        try:
            return wait(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            continue
