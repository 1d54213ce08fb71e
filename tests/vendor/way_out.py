"""The way from a namespace without a network to the package registries.

Names that the namespace's own servers do not have get a loopback address each; a connection to it
is passed on, as it is, to the server of that name outside.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from typing import Self

from tests.vendor.loops import copy, run_until_stopped
from tests.vendor.namespace import Namespace

_CHUNK = 65536
_HEADER = struct.Struct("!6H")
_ADDRESS = (1, 1)  # A, IN
_SECONDS_TO_LIVE = 300
# Flags of a response that recursion was available for; the second says: no such name.
_FOUND, _NO_SUCH_NAME = 0x8180, 0x8183
_PORT = 443


class WayOut:
    """A name server and relays on port 443 of a namespace, until the end of a `with`.

    ``closed`` lets no name be found and no connection succeed, as on a machine that is offline.
    """

    def __init__(self, namespace: Namespace) -> None:
        self.closed = False
        self._namespace = namespace
        self._addresses: dict[str, str] = {}
        self._queries = namespace.inside(_name_socket)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._queries.close()

    def _run(self) -> None:
        self._loop.add_reader(self._queries, self._hear)
        run_until_stopped(self._loop)

    def _hear(self) -> None:
        with contextlib.suppress(OSError):
            query, client = self._queries.recvfrom(_CHUNK)
            self._loop.create_task(self._answer(query, client))

    async def _answer(self, query: bytes, client: tuple[str, int]) -> None:
        name, kind, question = _question(query)
        known = not self.closed and (name in self._addresses or await self._exists(name))
        answers = b""
        if known and kind == _ADDRESS:
            place = struct.pack("!HHHIH", 0xC00C, *_ADDRESS, _SECONDS_TO_LIVE, 4)
            answers = place + socket.inet_aton(await self._address(name))
        identity = int.from_bytes(query[:2])
        flags = _FOUND if known else _NO_SUCH_NAME
        head = _HEADER.pack(identity, flags, 1, 1 if answers else 0, 0, 0)
        self._queries.sendto(head + question + answers, client)

    async def _exists(self, name: str) -> bool:
        try:
            await self._loop.getaddrinfo(name, _PORT)
        except OSError:
            return False
        return True

    async def _address(self, name: str) -> str:
        """Return the address that leads to a name; the first time, a relay starts there."""
        if name not in self._addresses:
            address = self._addresses[name] = f"127.77.0.{len(self._addresses) + 1}"

            async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                with contextlib.suppress(OSError):
                    if not self.closed:
                        outside = await asyncio.open_connection(name, _PORT)
                        await asyncio.gather(copy(reader, outside[1]), copy(outside[0], writer))
                        outside[1].close()
                writer.close()

            await asyncio.start_server(relay, sock=self._namespace.listen(address, _PORT))
        return self._addresses[name]


def _name_socket() -> socket.socket:
    queries = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    queries.bind(("127.0.0.1", 53))
    queries.setblocking(False)
    return queries


def _question(query: bytes) -> tuple[str, tuple[int, int], bytes]:
    """Return the name, the type and class, and the whole question of a query (RFC 1035, 4.1.2)."""
    labels: list[str] = []
    place = _HEADER.size
    while length := query[place]:
        labels.append(query[place + 1 : place + 1 + length].decode())
        place += 1 + length
    end = place + 5
    kind, group = struct.unpack("!HH", query[place + 1 : end])
    return ".".join(labels), (kind, group), query[_HEADER.size : end]
