"""Whether this machine has room for the nodes that are to be made."""

from dataclasses import dataclass

from ..machine.runner import LocalError, Runner

_GIB = 1 << 30
_MIB = 1 << 20

_MEMORY = {"control-plane": _GIB, "worker": 300 * _MIB}
"""Bytes of memory that a node of each role takes before any application."""

_DISK = _GIB
"""Bytes that a node takes in the engine's folder, its own copies of the images included."""

_SAME = 0.05
"""By how much the engine's memory may differ from this machine's, if it runs here."""


@dataclass(frozen=True)
class Room:
    """Free bytes; None where that cannot be known, as with an engine in a virtual machine."""

    memory: int | None
    disk: int | None


def room(runner: Runner) -> Room:
    """The room that there is now, on the machine and in the engine's folder."""
    try:
        told = runner.run("docker", "info", "--format", "{{.MemTotal}} {{.DockerRootDir}}")
        total, _, folder = told.strip().partition(" ")
        lines = runner.run("cat", "/proc/meminfo", timeout=5).splitlines()
        sizes = {line.split(":")[0]: int(line.split()[1]) << 10 for line in lines}
        if abs(sizes["MemTotal"] - int(total)) > _SAME * int(total):
            return Room(None, None)  # the engine is somewhere else
        free = runner.run("df", "--output=avail", "--block-size=1", folder, timeout=5)
        return Room(sizes["MemAvailable"], int(free.split()[-1]))
    except (LocalError, KeyError, ValueError, IndexError):
        return Room(None, None)


def shortage(there: Room, control_planes: int, workers: int) -> str | None:
    """Why these nodes, which are to be made, do not fit; None where they do.

    A guess that lets the nodes start; what runs on them needs room of its own.
    """
    memory = control_planes * _MEMORY["control-plane"] + workers * _MEMORY["worker"]
    disk = (control_planes + workers) * _DISK
    short = [
        f"{_shown(need)} of {what} for them, and {_shown(free)} are free"
        for what, need, free in (("memory", memory, there.memory), ("disk", disk, there.disk))
        if free is not None and free < need
    ]
    if not short:
        return None
    nodes = [
        f"{number} {role}{'s' if number > 1 else ''}"
        for number, role in ((control_planes, "control plane"), (workers, "worker"))
        if number
    ]
    return (
        f"{' and '.join(nodes)} cannot be made: this machine needs {'; '.join(short)}; ask for "
        "fewer nodes, or end what is not needed (`docker ps`, `docker system df`)"
    )


def _shown(number: int) -> str:
    return f"{number / _GIB:.1f} GiB"
