"""The server of the load as a process of this machine."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

_SERVER = Path(__file__).resolve().parents[2] / "load" / "server" / "server.js"


class Server:
    """The server of the load on a free port, listening when the constructor returns."""

    def __init__(self, on_sigterm: str) -> None:
        self.port = free_port()
        env = {"PORT": str(self.port), "ON_SIGTERM": on_sigterm, "DRAIN_SECONDS": "30"}
        self.process = subprocess.Popen(
            ["node", str(_SERVER)],
            env={"PATH": os.environ["PATH"], **env},
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while not self._listens():
            assert time.monotonic() < deadline, "the server does not listen"
            time.sleep(0.05)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except OSError:
            return False
        return True


@pytest.fixture
def start_server() -> Iterator[Callable[[str], Server]]:
    """Starts the server, given what it does on SIGTERM; it is killed at the end."""
    started: list[Server] = []

    def start(on_sigterm: str) -> Server:
        started.append(Server(on_sigterm))
        return started[-1]

    yield start
    for server in started:
        server.process.kill()
        server.process.wait()
