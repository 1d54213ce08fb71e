"""Plugin processes that outlived the Pulumi that started them."""

import os
import signal
import socket
import time
from contextlib import suppress

from commands.checkout import Checkout
from commands.recovery import process_table
from commands.recovery.process_table import Process

_PLUGINS = (
    "pulumi-resource-",
    "pulumi-language-",
    "pulumi.dynamic",
    "standins.docker_plugin",
    "standins.language_host",
    "standins/language_host/",
)
_CONNECT_SECONDS = 1.0
_END_SECONDS = 5.0
_PAUSE_SECONDS = 0.05


def end_orphans(checkout: Checkout) -> None:
    """End plugins of this checkout whose Pulumi has ended; Linux only, as it needs /proc.

    Returns once they have ended, so that none writes while the next run reads.
    """
    orphans = [process for process in process_table.mine() if _is_orphan(process, checkout)]
    for process in orphans:
        print(f"ending a plugin process ({process.pid}) of an earlier run", flush=True)
        _signal(process, signal.SIGTERM)
    end = time.monotonic() + _END_SECONDS
    while any(map(_runs, orphans)) and time.monotonic() < end:
        time.sleep(_PAUSE_SECONDS)
    for process in filter(_runs, orphans):
        _signal(process, signal.SIGKILL)


def _is_orphan(process: Process, checkout: Checkout) -> bool:
    """Return whether it is a plugin in this checkout whose Pulumi has ended.

    Pulumi starts plugins in the program's folder, with its own address as last argument.
    Their parent process says less: a launcher may stand between them and Pulumi.
    """
    if process.folder is None or not process.folder.is_relative_to(checkout.root):
        return False
    if not any(name in word for word in process.words for name in _PLUGINS):
        return False
    host, _, port = process.words[-1].rpartition(":")
    return bool(host) and port.isdecimal() and _refuses(host.strip("[]"), int(port))


def _refuses(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), _CONNECT_SECONDS).close()
    except ConnectionRefusedError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _runs(process: Process) -> bool:
    """Return whether it still runs; its number may be reused by now."""
    return process_table.find(process.pid) == process


def _signal(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it has just ended
        os.kill(process.pid, number)
