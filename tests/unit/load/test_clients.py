"""The clients with servers that answer by a script: what is lost, and what may be sent again."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from tests.load.connections import Lost, Unprocessed
from tests.load.http1 import KeptConnections, NewConnections
from tests.load.http2 import Http2
from tests.load.plan import Load
from tests.load.websocket import WebSockets

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_CLOSE = _OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
_SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
_GOAWAY = bytes([0, 0, 8, 7, 0, 0, 0, 0, 0]) + bytes(8)
_REFUSED = bytes([0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 7])
_NEXT_SECONDS, _LIMIT_SECONDS = 1.0, 20.0
_SERVED = bytes([0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88])
_FAILED = bytes([0, 0, 1, 1, 5, 0, 0, 0, 1, 0x8E])

_Client = Callable[[Load], NewConnections | KeptConnections | Http2 | WebSockets]


def ask(client: _Client, *connections: list[bytes], times: int = 1) -> list[str]:
    """Return what becomes of requests: "answered", "lost" or "unprocessed".

    `connections` are the answers that a server gives on each, one to a request; it closes with the
    request after them, or some time later.
    """
    left = list(connections)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in left.pop(0):
            await reader.read(4096)
            writer.write(answer)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(4096), _NEXT_SECONDS)
        writer.close()

    async def run() -> list[str]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        one = client(Load("load", "new", port, rate=1, connections=1))
        async with asyncio.timeout(_LIMIT_SECONDS):
            found = [await _outcome(one.ask()) for _ in range(times)]
        await one.close()
        server.close()
        return found

    return asyncio.run(run())


async def _outcome(request: Awaitable[None]) -> str:
    try:
        await request
    except Unprocessed:
        return "unprocessed"
    except Lost:
        return "lost"
    return "answered"


@pytest.mark.parametrize("client", [NewConnections, KeptConnections])
def test_a_status_other_than_200_is_a_loss(client: _Client) -> None:
    assert ask(client, [_OK.replace(b"200", b"503")]) == ["lost"]


def test_a_new_connection_that_ends_without_an_answer_is_a_loss() -> None:
    assert ask(NewConnections, []) == ["lost"]
    assert ask(KeptConnections, []) == ["lost"]


def test_a_kept_connection_carries_the_next_request() -> None:
    assert ask(KeptConnections, [_OK, _OK], times=2) == ["answered"] * 2


def test_a_connection_that_the_server_asks_to_close_carries_no_more_requests() -> None:
    assert ask(KeptConnections, [_CLOSE], [_OK], times=2) == ["answered"] * 2


def test_a_kept_connection_that_ends_before_an_answer_may_be_retried() -> None:
    assert ask(KeptConnections, [_OK], times=2) == ["answered", "unprocessed"]


def test_a_kept_connection_that_ends_amid_an_answer_is_a_loss() -> None:
    assert ask(KeptConnections, [_OK, _OK[:20]], times=2) == ["answered", "lost"]
    assert ask(KeptConnections, [_OK, _OK[:-1]], times=2) == ["answered", "lost"]


def test_http2_distinguishes_success_failure_and_what_was_refused() -> None:
    assert ask(Http2, [_SERVED]) == ["answered"]
    assert ask(Http2, [_FAILED]) == ["lost"]
    assert ask(Http2, [_REFUSED]) == ["unprocessed"]
    assert ask(Http2, [_GOAWAY]) == ["unprocessed"]
    assert ask(Http2, []) == ["lost"], "a new connection that is closed without GOAWAY"


@pytest.mark.parametrize("code", [1001, 1012])
def test_a_message_that_crosses_a_request_to_reconnect_is_sent_again(code: int) -> None:
    close = b"\x88\x02" + code.to_bytes(2)
    assert ask(WebSockets, [_SWITCHED, close]) == ["unprocessed"]


def test_a_websocket_that_ends_without_a_close_frame_is_a_loss() -> None:
    assert ask(WebSockets, [_SWITCHED]) == ["lost"]
    assert ask(WebSockets, [_SWITCHED, b"\x88\x02" + (1011).to_bytes(2)]) == ["lost"]


def test_a_server_that_takes_no_websocket_is_a_loss() -> None:
    assert ask(WebSockets, [_OK]) == ["lost"]
