"""The wait for the first answer of a new address on this machine."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from components.app import first_answer
from components.app.first_answer import first_answer_hook, wait_for_answer

_ANSWERS = {
    "HTTP": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "an error of the application": b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
    "another protocol": b"-ERR unknown command\r\n",
}


def _serve(answers: list[bytes]) -> tuple[str, list[int]]:
    """Serve one answer a connection, and return the address and the connections so far."""
    listener, served = socket.create_server(("127.0.0.1", 0)), list[int]()

    def run() -> None:
        with listener:
            for answer in answers:
                connection = listener.accept()[0]
                with connection:
                    served.append(len(answer))
                    if answer:
                        connection.recv(1000)
                        connection.sendall(answer)

    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}", served


@pytest.mark.parametrize("answer", _ANSWERS.values(), ids=_ANSWERS)
def test_connections_that_are_closed_are_no_answer_and_anything_else_is(answer: bytes) -> None:
    url, served = _serve([b"", b"", answer])

    wait_for_answer(url)

    assert len(served) == 3


def test_the_wait_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_answer, "_LIMIT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    start = time.monotonic()

    wait_for_answer(f"http://127.0.0.1:{port}")

    assert 0.5 <= time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("url", "asked"), [("http://localhost:1", True), ("http://lb.example", False)]
)
def test_only_an_address_of_this_machine_is_waited_for(
    url: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[Callable[[Any], Any]] = []
    urls: list[str] = []
    monkeypatch.setattr(first_answer, "after_create", lambda _name, given: work.append(given))
    monkeypatch.setattr(first_answer, "wait_for_answer", urls.append)

    async def run() -> None:
        first_answer_hook("web", url)
        await work[0](None)

    asyncio.run(run())

    assert urls == ([url] if asked else [])
