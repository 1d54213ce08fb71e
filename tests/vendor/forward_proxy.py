"""The forwarding proxy of a company: the way to other networks, closed for addresses of its own.

In a test it runs in a thread of its own; `python -m tests.vendor.forward_proxy --help` runs it
alone, for example in another network namespace.
"""

import argparse
import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from tests.vendor.loops import copy, run_until_stopped

_HEAD_SECONDS = 30.0
_PORTS = {"http": 80, "https": 443}
_OWN_SUFFIXES = (".internal", ".local", ".localhost", ".svc")
# Not `is_private`, which includes addresses that some machines reach the public registries by.
_OWN_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
         "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10"),
    )
)  # fmt: skip
_REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_UNREACHABLE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_OPENED = b"HTTP/1.1 200 Connection Established\r\n\r\n"
# Headers between a client and its proxy (RFC 9110, 7.6.1).
_HOP_BY_HOP = (b"connection:", b"proxy-connection:", b"keep-alive:", b"proxy-authorization:")

Address = tuple[str, int]


@dataclass(frozen=True)
class Asked:
    """A request of a client: ``host`` and ``port`` that it wants, and whether it was refused."""

    method: str
    host: str
    port: int
    refused: bool

    def __str__(self) -> str:
        return f"{'refused' if self.refused else 'passed'} {self.method} {self.host}:{self.port}"


class ForwardProxy:
    """An HTTP proxy (CONNECT, and plain requests) that answers until the end of a `with`.

    It refuses private and loopback addresses, and names without a dot, of a private domain or
    with such an address, with status 403. ``places`` are names that it knows better than this
    machine, each with the address to connect to, which may be private. ``listen`` is its address,
    or a socket that listens. ``asked`` are the requests so far, also one line each in the file
    ``log``.
    """

    def __init__(
        self,
        listen: Address | socket.socket = ("127.0.0.1", 0),
        places: Mapping[str, Address] | None = None,
        log: Path | None = None,
    ) -> None:
        self.asked: list[Asked] = []
        self._places = dict(places or {})
        self._log = log
        self._listener = (
            listen if isinstance(listen, socket.socket) else socket.create_server(listen)
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.run, daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """Its address, as HTTP_PROXY and HTTPS_PROXY have it."""
        return f"http://{self._listener.getsockname()[0]}:{self.port}"

    @property
    def refused(self) -> set[str]:
        """The hosts that clients wanted and did not get."""
        return {asked.host for asked in self.asked if asked.refused}

    @property
    def passed(self) -> set[str]:
        """The hosts that clients were connected to."""
        return {asked.host for asked in self.asked if not asked.refused}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listener.close()

    def run(self) -> None:
        """Serve in this thread until the loop is stopped."""
        self._loop.run_until_complete(asyncio.start_server(self._serve, sock=self._listener))
        run_until_stopped(self._loop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
            method, target, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
            parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
            host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
            address = await self._address(host, port)
            self._record(Asked(method, host, port, address is None))
            if address is None:
                writer.write(_REFUSED)
            else:
                first = b"" if method == "CONNECT" else _plain(head, parts.path, parts.query)
                await _connect(reader, writer, address, first)
        writer.close()

    async def _address(self, host: str, port: int) -> Address | None:
        """Return where to connect to for a host; None for one that is refused."""
        if host in self._places:
            return self._places[host]
        if ("." not in host and ":" not in host) or host.endswith(_OWN_SUFFIXES):
            return None
        try:
            found = await self._loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            return host, port  # unknown here: the connection fails, and the client is told
        addresses = [str(place[4][0]).partition("%")[0] for place in found]
        return None if any(map(_is_own, addresses)) else (addresses[0], port)

    def _record(self, asked: Asked) -> None:
        self.asked.append(asked)
        if self._log:
            with self._log.open("a", encoding="utf-8") as file:
                file.write(f"{asked}\n")


def _is_own(address: str) -> bool:
    return any(ipaddress.ip_address(address) in network for network in _OWN_NETWORKS)


def _plain(head: bytes, path: str, query: str) -> bytes:
    """Return a request's head as its server gets it, on a connection for this request alone."""
    first, *lines = head.rstrip(b"\r\n").split(b"\r\n")
    method, _, version = first.split(b" ")
    target = f"{path or '/'}{f'?{query}' if query else ''}".encode()
    kept = [line for line in lines if not line.lower().startswith(_HOP_BY_HOP)]
    words = (b" ".join((method, target, version)), *kept, b"Connection: close")
    return b"\r\n".join(words) + b"\r\n\r\n"


async def _connect(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address, first: bytes
) -> None:
    """Pass on ``first`` and what follows; without a first request the client gets a tunnel."""
    try:
        server_reader, server_writer = await asyncio.open_connection(*address)
    except OSError:
        writer.write(_UNREACHABLE)
        return
    if first:
        server_writer.write(first)
    else:
        writer.write(_OPENED)
    await asyncio.gather(copy(reader, server_writer), copy(server_reader, writer))
    server_writer.close()


def main() -> None:
    """Run a proxy until the process ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:3128", help="ADDRESS:PORT")
    parser.add_argument("--log", type=Path, help="a file for one line per request")
    parser.add_argument("--place", action="append", default=[], help="NAME=ADDRESS:PORT")
    options = parser.parse_args()
    places = {name: _split(place) for name, _, place in (p.partition("=") for p in options.place)}
    ForwardProxy(_split(options.listen), places, options.log).run()


def _split(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return host, int(port)


if __name__ == "__main__":
    main()
