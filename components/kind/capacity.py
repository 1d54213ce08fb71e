"""The room that this machine has for nodes that are to be made."""

from dataclasses import dataclass

from ..machine.runner import LocalError, Runner
from .roles import Role

_GIB = 1 << 30
_MIB = 1 << 20

_MEMORY = {Role.CONTROL_PLANE: _GIB, Role.WORKER: 300 * _MIB}
"""Bytes of memory that a node of each role takes before any application."""

_DISK = _GIB
"""Bytes that a node takes in Docker's folder, its own copies of the images included."""

_SAME = 0.05
"""Share by which Docker's memory may differ from this machine's, if it runs here."""


@dataclass(frozen=True)
class Room:
    """Free bytes; None where that cannot be known, as with Docker in a virtual machine."""

    memory: int | None
    disk: int | None


def room(runner: Runner) -> Room:
    """Return the room on the machine and in Docker's folder."""
    try:
        shown = runner.run("docker", "info", "--format", "{{.MemTotal}} {{.DockerRootDir}}")
        total, _, folder = shown.strip().partition(" ")
        lines = runner.run("cat", "/proc/meminfo", timeout=5).splitlines()
        sizes = {line.split(":")[0]: int(line.split()[1]) << 10 for line in lines}
        if abs(sizes["MemTotal"] - int(total)) > _SAME * int(total):
            return Room(None, None)  # Docker is somewhere else
        free = runner.run("df", "--output=avail", "--block-size=1", folder, timeout=5)
        return Room(sizes["MemAvailable"], int(free.split()[-1]))
    except (LocalError, KeyError, ValueError, IndexError):
        return Room(None, None)


def shortage(free: Room, control_planes: int, workers: int) -> str | None:
    """Return why these nodes, which are to be made, do not fit; None where they do.

    A guess that lets the nodes start; what runs on them needs room of its own.
    """
    counts = {Role.CONTROL_PLANE: control_planes, Role.WORKER: workers}
    memory = sum(count * _MEMORY[role] for role, count in counts.items())
    disk = (control_planes + workers) * _DISK
    short = [
        f"{_shown(need)} of {what} for them, and {_shown(have)} are free"
        for what, need, have in (("memory", memory, free.memory), ("disk", disk, free.disk))
        if have is not None and have < need
    ]
    if not short:
        return None
    nodes = [
        f"{count} {role.words}{'s' if count > 1 else ''}" for role, count in counts.items() if count
    ]
    return (
        f"{' and '.join(nodes)} cannot be made: this machine needs {'; '.join(short)}; ask for "
        "fewer nodes, or end what is not needed (`docker ps`, `docker system df`)"
    )


def _shown(number: int) -> str:
    return f"{number / _GIB:.1f} GiB"
