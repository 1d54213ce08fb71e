"""The application's two programs as processes of this machine, and ways to talk to them."""

import http.client
import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.ports import free_port

APP = Path(__file__).resolve().parents[3] / "app"
FIRST_LINE = "2026-03-01T08:00:00Z #1 Pilot boat out to meet the timber ship."


class Program:
    """`node <script>` with nothing in its environment but PATH and what is given."""

    def __init__(self, script: str, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            ["node", str(APP / script)],
            env={"PATH": os.environ["PATH"], **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self) -> tuple[int, str]:
        """Exit code and everything said, of a program that ends by itself within 10 s."""
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, out + err

    def messages(self) -> list[str]:
        """What the program said, after its end; fails if a line is not a JSON object."""
        return [json.loads(line)["message"] for line in self.end()[1].splitlines()]


class Server(Program):
    """server.js on a free port of 127.0.0.1, listening when the constructor returns."""

    def __init__(self, data_dir: Path, env: dict[str, str]) -> None:
        self.port = free_port()
        here = {"HOST": "127.0.0.1", "PORT": str(self.port), "DATA_DIR": str(data_dir)}
        super().__init__("server.js", {**here, **env})
        assert self.process.stdout is not None
        # Reading the first line is the wait: it is written once the port is open.
        assert '"listening"' in self.process.stdout.readline(), self.end()

    def connect(self) -> http.client.HTTPConnection:
        """A kept connection that does NOT open itself again when the server closes it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.auto_open = 0
        connection.connect()
        return connection

    def get(self, path: str, method: str = "GET") -> tuple[http.client.HTTPResponse, str]:
        """One request on a connection of its own: the response and its body."""
        connection = self.connect()
        try:
            return ask(connection, path, method)
        finally:
            connection.close()

    def facts(self) -> dict[str, object]:
        """What /api says."""
        return json.loads(self.get("/api")[1])


def ask(
    connection: http.client.HTTPConnection, path: str, method: str = "GET"
) -> tuple[http.client.HTTPResponse, str]:
    """One request on `connection`."""
    connection.request(method, path)
    response = connection.getresponse()
    return response, response.read().decode()


def write_log(folder: Path, line: str = FIRST_LINE, age_seconds: float = 0) -> None:
    """Puts `line` into the harbour log of `folder`, as if written `age_seconds` ago."""
    file = folder / "harbour.log"
    file.write_text(line + "\n")
    written = time.time() - age_seconds
    os.utime(file, (written, written))


def wait_until(condition: Callable[[], bool], rule: str, seconds: float = 5) -> None:
    """Returns when `condition` holds; fails with `rule` when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, rule
        time.sleep(0.02)
