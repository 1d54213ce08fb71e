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
    locks = list(_locks(stack))
    if locks and all(_is_dead(lock) for lock in locks):
        pids = ", ".join(str(lock["pid"]) for lock in locks)
        print(f"an earlier run (process {pids}) was killed; releasing its lock", flush=True)
        stack.unlock()


def _locks(stack: Stack) -> Iterator[dict[str, Any]]:
    """Yield the stack's lock files: locks/organization/PROJECT/STACK/*.json.

    A shared backend may hold a stack of the same name that belongs to another project.
    """
    folder = stack.state_folder()
    if folder is None:
        return
    directory = folder / "locks" / "organization" / stack.checkout.project() / stack.name
    for file in sorted(directory.glob("*.json")):
        yield _read(file)


def _read(file: Path) -> dict[str, Any]:
    """Return a lock; an empty one, which counts as live, if it is half written or just gone."""
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
    # The number may be reused by now, or the process is a zombie.
    process = process_table.find(pid)
    return process is not None and not process.program.startswith("pulumi")
