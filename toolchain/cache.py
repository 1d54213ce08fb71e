"""The folder of finished results that checkouts and runs share.

A result appears whole or not at all: it is made beside its place under a lock and renamed.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from toolchain.errors import Interrupted, ToolchainError
from toolchain.runner import Runner

_LOOK_SECONDS = 0.3
_MIB = 1 << 20
# What must stay free beside the results, for the clusters that run afterwards.
_RESERVE_MIB = 1024


class Cache:
    """Results in ``folder``, each made once, also when several set-ups run at the same time."""

    def __init__(self, folder: Path, runner: Runner) -> None:
        self.folder = folder
        self._runner = runner

    def entry(self, name: str, make: Callable[[Path], None], say: Callable[[str], None]) -> Path:
        """Return the place of a result, made by ``make`` when it is missing.

        ``name`` is relative to the cache; ``make`` gets the path to write to, a file or a folder
        that does not exist.  What an interrupted run left there is removed first.
        """
        place = self.folder / name
        if place.exists():
            return place
        place.parent.mkdir(parents=True, exist_ok=True)
        with self.lock(name, say):
            if place.exists():  # another set-up made it while this one waited
                return place
            making = place.with_name(f".making-{place.name}")
            remove(making)
            try:
                make(making)
            except BaseException:
                remove(making)
                raise
            making.replace(place)
        return place

    @contextmanager
    def lock(self, name: str, say: Callable[[str], None]) -> Generator[None, None, None]:
        """Hold the lock of a result; wait for another process that holds it.

        The system releases it when its process ends, in whatever way.
        """
        path = self.folder / "locks" / f"{name.replace('/', '-')}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            announced = False
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if not announced:
                        say(f"another set-up is making {place_name(name)}; waiting for it")
                        announced = True
                if self._runner.ending.wait(_LOOK_SECONDS):
                    raise Interrupted
            yield

    def require_writable(self) -> None:
        """Raise ToolchainError unless files can be made in the folder, which is made if missing."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise ToolchainError(
                f"the cache {self.folder} cannot be written: {error.strerror or error}",
                "name a folder of yours: SLIPWAY_CACHE=/path/to/folder make setup",
            ) from None

    def check_space(self, needed: int, free: Callable[[Path], int] | None = None) -> None:
        """Raise ToolchainError unless ``needed`` MiB, and some to spare, are free."""
        self.folder.mkdir(parents=True, exist_ok=True)
        left = (free or _free_mib)(self.folder)
        if left < needed + _RESERVE_MIB:
            raise ToolchainError(
                f"{self.folder} has {left / 1024:.1f} GiB free, and this set-up needs "
                f"{(needed + _RESERVE_MIB) / 1024:.1f} GiB there",
                "free some space, or name a folder on a larger disk: "
                "SLIPWAY_CACHE=/larger/disk make setup",
            )


def place_name(name: str) -> str:
    """Return the last part of a result's name, for messages."""
    return name.rpartition("/")[2]


def remove(path: Path) -> None:
    """Remove a file or folder; one that does not exist is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _free_mib(folder: Path) -> int:
    return shutil.disk_usage(folder).free // _MIB
