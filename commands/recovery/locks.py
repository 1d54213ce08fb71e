"""Locks of a stack's state that a killed run left."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    folder = stack.state_folder()
    for file in sorted((folder / "locks").rglob("*.json")) if folder else ():
        if file.parent.name == stack.name:
            yield _read(file)


def _read(file: Path) -> dict[str, Any]:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return {"pid": 0, "hostname": ""}  # half written or just gone: not known to be dead


def _is_dead(lock: dict[str, Any]) -> bool:
    if lock.get("hostname") != socket.gethostname() or not lock.get("pid"):
        return False
    try:
        os.kill(int(lock["pid"]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
