"""A client of WebSockets whose server sends every message back.

https://www.rfc-editor.org/rfc/rfc6455
"""

import asyncio
import base64
import itertools
import os

from .connections import Lost, Slots, Unprocessed, connect
from .plan import Load

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_GOING_AWAY, _SERVICE_RESTART, _NO_CODE = 1001, 1012, 1005


class WebSockets:
    """Sends messages on a number of connections, and reconnects when the server asks for it."""

    def __init__(self, load: Load) -> None:
        async def opened() -> _Session:
            session = _Session(*await connect(load))
            await session.shake_hands(load)
            return session

        self._slots = Slots(load.connections, opened)
        self._numbers = itertools.count()

    async def ask(self) -> None:
        """Send one message and wait for it to come back.  Raises Lost."""
        session = await self._slots.take()
        await session.echo(f"message {next(self._numbers)}")

    async def close(self) -> None:
        """Close all connections."""
        await self._slots.close()


class _Session:
    """A connection, until the server closes it.

    One that is aborted between two messages is lost to the next of them: a client that only
    listens would wait in vain.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._closed = False
        self._aborted = ""
        self._reading: asyncio.Task[None] | None = None

    @property
    def usable(self) -> bool:
        """Whether it takes another message, or has to report that it was aborted."""
        return not self._closed

    async def shake_hands(self, load: Load) -> None:
        """Make the connection one for WebSockets.  Raises Lost."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            f"GET {load.path} HTTP/1.1", f"Host: {load.host}:{load.port}", "Upgrade: websocket",
            "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", "",
        )  # fmt: skip
        try:
            self._writer.write("\r\n".join(lines).encode())
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError) as error:
            self._writer.close()
            raise Lost(f"no WebSocket: {type(error).__name__}") from error
        status = head.split(b" ", 2)[1].decode()
        if status != "101":
            self._writer.close()
            raise Lost(f"no WebSocket: answered with {status}")
        self._reading = asyncio.create_task(self._read())

    async def echo(self, text: str) -> None:
        """Send a message and wait for it to come back.  Raises Lost."""
        if self._aborted:
            self._closed = True
            raise Lost(f"aborted between messages: {self._aborted}")
        self._waiting[text] = asyncio.get_running_loop().create_future()
        self._send(_TEXT, text.encode())
        try:
            await self._waiting[text]
        finally:
            del self._waiting[text]

    async def close(self) -> None:
        """Close it."""
        self._closed = True
        if self._reading is not None:
            self._reading.cancel()
        if not self._writer.is_closing():
            self._send(_CLOSE, _GOING_AWAY.to_bytes(2))
            self._writer.close()

    async def _read(self) -> None:
        try:
            while await self._receive():
                pass
        except (OSError, asyncio.IncompleteReadError) as error:
            self._aborted = type(error).__name__
            self._fail(Lost(f"aborted: {self._aborted}"))
            self._closed = self._closed or bool(self._waiting)
        self._writer.close()

    async def _receive(self) -> bool:
        """Read a frame, and return whether more may follow."""
        first, length = await self._reader.readexactly(2)
        if length == 126:
            length = int.from_bytes(await self._reader.readexactly(2))
        payload = await self._reader.readexactly(length)
        kind = first & 0xF
        if kind == _CLOSE:
            self._end(int.from_bytes(payload[:2]) if payload else _NO_CODE)
        elif kind == _PING:
            self._send(_PONG, payload)
        elif waiting := self._waiting.get(payload.decode()):
            waiting.set_result(None)
        return kind != _CLOSE

    def _end(self, code: int) -> None:
        """Answer the server's close frame; messages that crossed it were not processed."""
        self._closed = True
        self._send(_CLOSE, code.to_bytes(2))
        asked = code in (_GOING_AWAY, _SERVICE_RESTART)
        self._fail((Unprocessed if asked else Lost)(f"sent as the server closed with {code}"))

    def _fail(self, error: Lost) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(error)

    def _send(self, kind: int, payload: bytes) -> None:
        """Send a frame; those of clients are masked (section 5.3)."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self._writer.write(bytes([0x80 | kind, 0x80 | len(payload)]) + mask + masked)
