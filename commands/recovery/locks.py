"""Locks of a stack's state that a killed run left."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from commands.recovery import process_table
from commands.stack import Stack


def release(stack: Stack) -> None:
    """Cancel the stack's locks when every process that took one is dead, on this machine.

    A lock of another machine, or of a live process, stays, and Pulumi names it.
    """
    held = list(_locks(stack))
    if held and all(_is_dead(lock) for lock in held):
        pids = ", ".join(str(lock["pid"]) for lock in held)
        print(f"an earlier run (process {pids}) was killed; releasing its lock", flush=True)
        stack.unlock()


def _locks(stack: Stack) -> Iterator[dict[str, Any]]:
    """What the stack's lock files say: locks/organization/PROJECT/STACK/*.json.

    A backend that projects share may hold a stack of the same name of another one.
    """
    folder = stack.state_folder()
    if folder is None:
        return
    place = folder / "locks" / "organization" / stack.checkout.project() / stack.name
    for file in sorted(place.glob("*.json")):
        yield _read(file)


def _read(file: Path) -> dict[str, Any]:
    """A lock; an empty one, not known to be dead, when it is half written or just gone."""
    try:
        lock: Any = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", lock) if isinstance(lock, dict) else {}


def _is_dead(lock: dict[str, Any]) -> bool:
    pid = lock.get("pid")
    if lock.get("hostname") != socket.gethostname() or not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    # Its number may be another program's by now, or it has ended and nobody took note of that.
    process = process_table.find(pid)
    return process is not None and not process.program.startswith("pulumi")
