"""The end of the plugin: on a signal, or when the Pulumi that started it is gone.

A Pulumi engine that is killed takes no leave of its plugins; without a watch they would stay,
with their builds.
"""

import os
import select
import signal
import socket
from types import FrameType

_CHECK_SECONDS = 2.0
_CONNECT_SECONDS = 1.0


class Lifetime:
    """Waits for the end. Input: Pulumi's address, `host:port`."""

    def __init__(self, engine_address: str) -> None:
        self._engine_address = engine_address
        self._parent = os.getppid()
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)

    def listen_for_signals(self) -> None:
        """Take SIGTERM and SIGINT as the word to end. Only the main thread may call this."""
        # A handler that sets an Event could block on the lock that the interrupted wait holds;
        # Python's wake-up descriptor has no lock.
        signal.set_wakeup_fd(self._waker.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _take_note)

    def wait(self) -> None:
        """Return when the plugin has to end, at most some 3 s after its reason."""
        while True:
            signalled, _, _ = select.select([self._woken], [], [], _CHECK_SECONDS)
            if signalled or os.getppid() != self._parent or not self._engine_listens():
                return

    def _engine_listens(self) -> bool:
        """Ask for a connection: a launcher between us and Pulumi may outlive Pulumi."""
        host, _, port = self._engine_address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
        except ConnectionRefusedError:
            return False
        except OSError:
            return True
        return True


def _take_note(number: int, frame: FrameType | None) -> None:
    """Do nothing: that the signal came is read from the wake-up descriptor."""
