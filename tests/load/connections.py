"""What the clients of all kinds share: how a request fails, and connections that are kept."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from .plan import Load


class Lost(Exception):
    """A request was not answered."""


class Unprocessed(Lost):
    """A request was not answered, and its client may send it again.

    https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
    """


class Client(Protocol):
    """Sends the requests of a load."""

    async def ask(self) -> None:
        """Send one request and wait for its answer.  Raises Lost."""

    async def close(self) -> None:
        """Close what is kept."""


class Session(Protocol):
    """A connection that carries many requests at once."""

    @property
    def usable(self) -> bool:
        """Whether it takes another request."""
        ...

    async def close(self) -> None:
        """Close it."""


_S = TypeVar("_S", bound=Session)


class Slots(Generic[_S]):
    """A fixed number of connections, used in turns; one that ended is replaced when it is due."""

    def __init__(self, count: int, connect: Callable[[], Awaitable[_S]]) -> None:
        self._connect = connect
        self._turns = itertools.cycle(range(count))
        self._locks = [asyncio.Lock() for _ in range(count)]
        self._sessions: list[_S | None] = [None] * count

    async def take(self) -> _S:
        """Return the next connection.  Raises Lost when it cannot be opened."""
        number = next(self._turns)
        async with self._locks[number]:
            session = self._sessions[number]
            if session is None or not session.usable:
                self._sessions[number] = None
                session = self._sessions[number] = await self._connect()
            return session

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions:
            if session is not None:
                await session.close()


async def connect(load: Load) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection.  Raises Lost."""
    try:
        return await asyncio.open_connection(load.host, load.port)
    except OSError as error:
        raise Lost(f"no connection: {type(error).__name__}") from error
