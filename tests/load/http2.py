"""A client of HTTP/2 over plain TCP: as much of it as GET requests with short answers need.

https://www.rfc-editor.org/rfc/rfc9113
"""

import asyncio
import struct
from dataclasses import dataclass, field

from .connections import Lost, Slots, Unprocessed, connect
from .plan import Load

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _PING, _GOAWAY, _WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
_END_STREAM, _END_HEADERS, _ACK = 0x1, 0x4, 0x1
_NO_PUSH = struct.pack(">HI", 2, 0)
_WINDOW = struct.pack(">I", 1 << 30)
"""Bytes that the server may send in all; far more than it does."""

_GET, _HTTP, _PATH, _AUTHORITY, _STATUS_200 = b"\x82", b"\x86", b"\x04", b"\x01", b"\x88"
"""Entries of HPACK's static table (RFC 7541, appendix A)."""

_REFUSED_STREAM = 7


class Http2:
    """Sends requests on a number of connections, many at once on each."""

    def __init__(self, load: Load) -> None:
        async def opened() -> _Session:
            return _Session(load, *await connect(load))

        self._slots = Slots(load.connections, opened)

    async def ask(self) -> None:
        """Send one request and wait for its answer.  Raises Lost."""
        session = await self._slots.take()
        await session.get()

    async def close(self) -> None:
        """Close all connections."""
        await self._slots.close()


@dataclass
class _Stream:
    """A request under way."""

    end: asyncio.Future[None]
    begun: bool = field(default=False)
    """Whether a part of the answer has come."""

    is_ok: bool = field(default=False)

    def fail(self, error: Lost) -> None:
        if not self.end.done():
            self.end.set_exception(error)


class _Session:
    """A connection, until the server says that it takes no more requests."""

    def __init__(
        self, load: Load, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._load, self._reader, self._writer = load, reader, writer
        self._streams: dict[int, _Stream] = {}
        self._next = 1
        self._reused = False
        self._leaving = False
        writer.write(_PREFACE + _frame(_SETTINGS, 0, 0, _NO_PUSH))
        writer.write(_frame(_WINDOW_UPDATE, 0, 0, _WINDOW))
        self._reading = asyncio.create_task(self._read())

    @property
    def usable(self) -> bool:
        """Whether it takes another request."""
        return not self._leaving

    async def get(self) -> None:
        """Send a request and wait for its answer.  Raises Lost."""
        number, self._next = self._next, self._next + 2
        stream = _Stream(asyncio.get_running_loop().create_future())
        self._streams[number] = stream
        self._writer.write(
            _frame(_HEADERS, _END_HEADERS | _END_STREAM, number, _headers(self._load))
        )
        try:
            await stream.end
        finally:
            del self._streams[number]
            if self._leaving and not self._streams:
                self._writer.close()
        if not stream.is_ok:
            raise Lost("answered with another status than 200")
        self._reused = True

    async def close(self) -> None:
        """Close it."""
        self._leaving = True
        self._reading.cancel()
        self._writer.close()

    async def _read(self) -> None:
        reason = "closed without GOAWAY"
        try:
            while True:
                head = await self._reader.readexactly(9)
                kind, flags = head[3], head[4]
                number = int.from_bytes(head[5:9]) & 0x7FFFFFFF
                payload = await self._reader.readexactly(int.from_bytes(head[:3]))
                self._receive(kind, flags, number, payload)
        except OSError as error:
            reason = type(error).__name__
        except asyncio.IncompleteReadError:
            pass  # the server has closed the connection
        self._leaving = True
        self._writer.close()
        for stream in self._streams.values():
            may_retry = self._reused and not stream.begun
            stream.fail((Unprocessed if may_retry else Lost)(f"connection: {reason}"))

    def _receive(self, kind: int, flags: int, number: int, payload: bytes) -> None:
        stream = self._streams.get(number)
        if kind in (_SETTINGS, _PING) and not flags & _ACK:
            self._writer.write(_frame(kind, _ACK, 0, b"" if kind == _SETTINGS else payload))
        elif kind == _GOAWAY:
            self._leave(last=int.from_bytes(payload[:4]) & 0x7FFFFFFF)
        elif stream is None:
            return
        elif kind == _RST_STREAM:
            code = int.from_bytes(payload)
            refused = code == _REFUSED_STREAM
            stream.fail((Unprocessed if refused else Lost)(f"stream reset with code {code}"))
        elif kind in (_DATA, _HEADERS):
            stream.begun = True
            # Pseudo-header fields come first, and nothing but 200 has this encoding.
            stream.is_ok = stream.is_ok or (kind == _HEADERS and payload[:1] == _STATUS_200)
            if flags & _END_STREAM and not stream.end.done():
                stream.end.set_result(None)

    def _leave(self, last: int) -> None:
        """Take no more requests; those above `last` were not processed (section 6.8)."""
        self._leaving = True
        for number, stream in self._streams.items():
            if number > last:
                stream.fail(Unprocessed("sent as the server sent GOAWAY"))
        if not self._streams:
            self._writer.close()


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


def _headers(load: Load) -> bytes:
    path, authority = load.path.encode(), f"{load.host}:{load.port}".encode()
    named = _PATH + bytes([len(path)]) + path + _AUTHORITY + bytes([len(authority)]) + authority
    return _GET + _HTTP + named
