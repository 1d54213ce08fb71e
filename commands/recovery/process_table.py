"""The processes of this machine from Linux's /proc; none on other systems."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TABLE = Path("/proc")


@dataclass(frozen=True)
class Process:
    """A process: its command line, and its working folder if this user may read it.

    The command line of a zombie is empty.
    """

    pid: int
    words: tuple[str, ...]
    folder: Path | None

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return Path(self.words[0]).name if self.words else ""


def find(pid: int) -> Process | None:
    """Return the process with this number; None if there is none or /proc is missing."""
    entry = _TABLE / str(pid)
    try:
        line = (entry / "cmdline").read_text(errors="replace", encoding="utf-8")
    except OSError:
        return None
    return Process(pid, tuple(line.rstrip("\0").split("\0")) if line else (), _folder(entry))


def mine() -> Iterator[Process]:
    """Yield the processes of this user."""
    for entry in _TABLE.glob("[0-9]*"):
        try:
            owner = entry.stat().st_uid
        except OSError:
            continue  # it has just ended
        if owner == os.getuid() and (process := find(int(entry.name))):
            yield process


def _folder(entry: Path) -> Path | None:
    try:
        return (entry / "cwd").readlink()
    except OSError:
        return None
