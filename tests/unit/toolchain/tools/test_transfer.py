"""Downloads that break off, are refused, or succeed at a later attempt."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from toolchain.errors import Interrupted
from toolchain.tools import transfer
from toolchain.tools.transfer import TransferError, fetch, fetch_text

_CONTENT = b"the whole release"


class Server(BaseHTTPRequestHandler):
    """Answers with the next of the planned answers: a status, and how much of the content."""

    plan: ClassVar[list[tuple[int, int]]] = []
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        status, length = self.plan.pop(0) if len(self.plan) > 1 else self.plan[0]
        self.send_response(status)
        self.send_header("Content-Length", str(len(_CONTENT)))
        self.end_headers()
        self.wfile.write(_CONTENT[:length])

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(transfer, "_PAUSES_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(Server, "asked", 0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/release"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_transfer_that_breaks_off_in_the_middle_is_done_again(
    address: str, tmp_path: Path
) -> None:
    Server.plan = [(200, 5), (503, 0), (200, len(_CONTENT))]
    fetch(address, tmp_path / "file", threading.Event())
    assert (tmp_path / "file").read_bytes() == _CONTENT


def test_one_that_always_breaks_off_says_where(address: str, tmp_path: Path) -> None:
    Server.plan = [(200, 5)]
    with pytest.raises(TransferError, match="broke off after 5 of 17 bytes"):
        fetch(address, tmp_path / "file", threading.Event())
    assert Server.asked == 3


def test_what_is_not_there_is_asked_for_once(address: str) -> None:
    Server.plan = [(404, 0)]
    with pytest.raises(TransferError, match="404"):
        fetch_text(address, threading.Event())
    assert Server.asked == 1


def test_no_attempt_follows_once_the_set_up_ends(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Server.plan = [(503, 0)]
    monkeypatch.setattr(transfer, "_PAUSES_SECONDS", (60.0,))
    ending = threading.Event()
    ending.set()
    with pytest.raises(Interrupted):
        fetch_text(address, ending)
    assert Server.asked == 1


def test_a_full_disk_is_no_error_of_the_network(address: str) -> None:
    Server.plan = [(200, len(_CONTENT))]
    with pytest.raises(OSError, match="No space left"):
        fetch(address, Path("/dev/full"), threading.Event())
    assert Server.asked == 1
