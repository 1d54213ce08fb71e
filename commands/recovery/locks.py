"""Locks of a stack's state that a killed run left."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from commands.errors import CommandError
from commands.recovery import process_table
from commands.stack import Stack


def require_no_other_run(stack: Stack) -> None:
    """Raise CommandError if a live process or another machine has the stack locked."""
    live = [lock for lock in _locks(stack) if not _is_dead(lock)]
    if live:
        holders = ", ".join(map(_holder, live))
        raise CommandError(
            f"another run works on the stack {stack.name}: {holders}; nothing was changed",
            "the same command once that run has ended; if it is known to be dead, first "
            f"`pulumi cancel --stack {stack.name}`",
        )


def release(stack: Stack) -> None:
    """Cancel the stack's locks when every process that took one is dead, on this machine.

    A lock of another machine, or of a live process, stays, and Pulumi names it.
    """
    locks = list(_locks(stack))
    if locks and all(_is_dead(lock) for lock in locks):
        pids = ", ".join(str(lock["pid"]) for lock in locks)
        print(f"an earlier run (process {pids}) was killed; releasing its lock", flush=True)
        stack.unlock()


def _holder(lock: dict[str, Any]) -> str:
    """Return who took a lock, and when, as far as its file says it."""
    if "pid" not in lock:
        return f"the lock file {lock['file']} cannot be read, as if it were being written"
    since = f" since {lock['timestamp']}" if "timestamp" in lock else ""
    user = f" of {lock['username']}" if "username" in lock else ""
    return f"process {lock['pid']}{user} on {lock.get('hostname', 'an unknown host')}{since}"


def _locks(stack: Stack) -> Iterator[dict[str, Any]]:
    """Yield the stack's lock files: locks/organization/PROJECT/STACK/*.json.

    A shared backend may hold a stack of the same name that belongs to another project.
    """
    folder = stack.state_folder()
    if folder is None:
        return
    directory = folder / "locks" / "organization" / stack.checkout.project() / stack.name
    for file in sorted(directory.glob("*.json")):
        if (lock := _read(file)) is not None:
            yield lock


def _read(file: Path) -> dict[str, Any] | None:
    """Return a lock; of a half-written one, which counts as live, the file; None if it is gone."""
    try:
        lock: Any = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        lock = None
    return cast("dict[str, Any]", lock) if isinstance(lock, dict) else {"file": file}


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
