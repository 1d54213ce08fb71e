"""Files of a dead Docker Engine that stop a new one from starting.

dockerd does not start while its PID file names any living process, waits in vain for a
containerd whose PID another program has now, and takes a socket file in the system's place for
a containerd that runs.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_PID_FILES = {
    "var/run/docker.pid": "dockerd",
    "var/run/docker/containerd/containerd.pid": "containerd",
}
_SOCKETS = (
    "var/run/docker.sock",
    "run/containerd/containerd.sock",
    "var/run/docker/containerd/containerd.sock",
)


@dataclass(frozen=True)
class Remains:
    """``daemon`` is the PID of a dockerd that lives; ``dead`` are files that may be removed."""

    daemon: int | None
    dead: tuple[Path, ...]


def program_of(pid: int, root: Path = Path("/")) -> str | None:
    """Return the name of the program that a process runs; None if there is no such process.

    A zombie runs nothing (proc(5): Z).
    """
    try:
        stat = (root / f"proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return None
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return None if rest.split()[0] in "ZX" else name


def refuses(path: Path) -> bool:
    """Return whether a socket file has no listener; one without permission counts as alive."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1.0)
        try:
            client.connect(str(path))
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def find_remains(
    root: Path = Path("/"),
    program: Callable[[int], str | None] = program_of,
    without_listener: Callable[[Path], bool] = refuses,
) -> Remains:
    """Return the live daemon below ``root`` and the files of dead ones."""
    daemon: int | None = None
    dead: list[Path] = []
    for place, owner in _PID_FILES.items():
        path = root / place
        pid = _recorded(path)
        if pid is not None and program(pid) == owner:
            daemon = pid if owner == "dockerd" else daemon
        elif path.is_file():
            dead.append(path)
    for place in _SOCKETS:
        path = root / place
        if path.is_socket() and without_listener(path):
            dead.append(path)
    return Remains(daemon, tuple(dead))


def _recorded(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
