"""Clients of HTTP/1.1: a new connection for each request, and connections that are kept."""

import asyncio
from collections import deque

from .connections import Lost, Unprocessed, connect
from .plan import Load


class NewConnections:
    """Opens a connection for each request."""

    def __init__(self, load: Load) -> None:
        self._load = load

    async def ask(self) -> None:
        """Send one request and wait for its answer.  Raises Lost."""
        connection = _Connection(self._load, *await connect(self._load))
        try:
            await connection.get(last=True)
        finally:
            connection.close()

    async def close(self) -> None:
        """Do nothing: no connection is kept."""


class KeptConnections:
    """Keeps a number of connections, and uses the one that has been idle for longest."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._idle: deque[_Connection] = deque()
        self._open = 0

    async def ask(self) -> None:
        """Send one request and wait for its answer.  Raises Lost."""
        connection = await self._take()
        keep = False
        try:
            keep = await connection.get(last=False)
        finally:
            if keep:
                self._idle.append(connection)
            else:
                self._drop(connection)

    async def close(self) -> None:
        """Close all connections."""
        while self._idle:
            self._drop(self._idle.popleft())

    async def _take(self) -> "_Connection":
        while self._idle and self._open >= self._load.connections:
            connection = self._idle.popleft()
            if not connection.is_closed:
                return connection
            self._drop(connection)
        streams = await connect(self._load)
        self._open += 1
        return _Connection(self._load, *streams)

    def _drop(self, connection: "_Connection") -> None:
        connection.close()
        self._open -= 1


class _Connection:
    """A connection that carries one request at a time."""

    def __init__(
        self, load: Load, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._load, self._reader, self._writer = load, reader, writer
        self._reused = False

    @property
    def is_closed(self) -> bool:
        """Whether the server has closed it, which a client sees before it sends a request."""
        return self._reader.at_eof() or self._writer.is_closing()

    async def get(self, *, last: bool) -> bool:
        """Send a request, read its answer, and return whether the connection can be kept.

        Raises Lost; Unprocessed if the connection carried a request before, and ended before the
        first byte of an answer to this one.
        """
        head = b""
        try:
            self._writer.write(self._request(last))
            await self._writer.drain()
            head = await self._reader.readuntil(b"\r\n\r\n")
            status, headers = _parsed(head)
            await self._reader.readexactly(int(headers.get("content-length", "0")))
        except (OSError, asyncio.IncompleteReadError) as error:
            begun = bool(head or getattr(error, "partial", b""))
            reason = f"{type(error).__name__} on a {'kept' if self._reused else 'new'} connection"
            if self._reused and not begun:
                raise Unprocessed(reason) from error
            raise Lost(f"{reason}{', amid an answer' if begun else ''}") from error
        if status != 200:
            raise Lost(f"answered with {status}")
        self._reused = True
        return not last and headers.get("connection", "").lower() != "close"

    def close(self) -> None:
        """Close it."""
        self._writer.close()

    def _request(self, last: bool) -> bytes:
        load = self._load
        close = "Connection: close\r\n" if last else ""
        return f"GET {load.path} HTTP/1.1\r\nHost: {load.host}:{load.port}\r\n{close}\r\n".encode()


def _parsed(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split(" ")[1]), {name.lower(): value.strip() for name, _, value in pairs}
