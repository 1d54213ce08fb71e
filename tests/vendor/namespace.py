"""A network and a mount namespace, and sockets in them that this process serves."""

import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")
_NETWORK = 0x40000000  # CLONE_NEWNET of sched.h; os.setns came with Python 3.12


def reason_not_to() -> str | None:
    """Return why this machine allows no such namespaces; None if it does."""
    words = ["unshare", "--net", "--mount", "mount", "--bind", "/tmp", "/tmp"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "it has no `unshare` (util-linux)"
    return done.stderr.strip() if done.returncode else None


class Namespace:
    """A machine's network and mounts apart from this one's, until ``end``.

    ``script`` is a shell script that prepares it, with the loopback device up.
    """

    def __init__(self, script: str) -> None:
        words = "set -eu; ip link set lo up\n" + script + "\necho ready; exec cat\n"
        # It ends with this process, which holds the other end of the pipe.
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "--propagation=private", "sh", "-c", words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline().strip() != "ready":
            raise RuntimeError(f"the namespace's script ended with {self._holder.wait()}")

    def command(self, words: Sequence[str], folder: Path | str = "/") -> list[str]:
        """Return the command that runs another one inside."""
        enter = ("nsenter", f"--target={self._holder.pid}", "--net", "--mount")
        return [*enter, "env", f"--chdir={folder}", *words]

    def inside(self, act: Callable[[], _T]) -> _T:
        """Run a function in this process, with the network inside: for making sockets."""
        results: list[_T] = []
        errors: list[OSError] = []

        def run() -> None:
            # Only this thread changes its network.
            with Path(f"/proc/{self._holder.pid}/ns/net").open("rb") as network:
                if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), _NETWORK):
                    errors.append(OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno())))
                    return
            try:
                results.append(act())
            except OSError as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
        return results[0]

    def listen(self, host: str, port: int) -> socket.socket:
        """Return a socket that listens inside, for this process to serve."""
        return self.inside(lambda: socket.create_server((host, port), backlog=128))

    def end(self) -> None:
        """Leave the namespace, which is gone with the last process inside."""
        self._holder.communicate()
