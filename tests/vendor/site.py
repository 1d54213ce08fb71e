"""The vendors' servers: one that answers over TLS under all their names."""

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.vendor.authority import Certificate
from tests.vendor.registry import BLOBS, REGISTRY, TOKENS, Challenge, ImageRegistry
from tests.vendor.releases import Place
from tests.vendor.served import Redirect, Served, of_bytes

_RANGE = re.compile(r"^bytes=(\d+)-(\d*)$")
_IDLE_SECONDS = 20


@dataclass
class Fault:
    """What goes wrong with the addresses whose path has ``where``, an expression, ``times`` times.

    Each response starts after ``seconds``, and breaks off at the ``share`` of its content; its
    status is ``status`` and its content ``content``, if given.
    """

    where: str
    seconds: float = 0
    share: float = 1
    status: int = 0
    content: bytes | None = None
    times: int = 1_000


class Site:
    """Answers under the names of releases and registry until the end of a `with`.

    ``faults`` may be changed meanwhile; ``asked`` are the requests so far, each a method and an
    address without its scheme.
    """

    def __init__(self, releases: Mapping[Place, Served | Redirect], registry: ImageRegistry):
        self.registry = registry
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.closed = False
        """Whether connections are closed at once, as of a machine that is offline."""
        self._releases = releases
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._servers: list[_Server] = []

    @property
    def names(self) -> frozenset[str]:
        """The names that it answers under."""
        return frozenset({host for host, _ in self._releases} | {REGISTRY, TOKENS, BLOBS})

    def use(self, certificate: Certificate) -> None:
        """Show this certificate on new connections."""
        self._context.load_cert_chain(certificate.certificate, certificate.key)

    def listen(self, listener: socket.socket) -> None:
        """Serve connections of one more listening socket."""
        server = _Server(self, self._context, listener)
        self._servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()

    def was_asked(self, part: str) -> list[str]:
        """The requests that contain this."""
        return [request for request in self.asked if part in request]

    def answer(
        self, host: str, path: str, authorization: str | None
    ) -> Served | Redirect | Challenge | None:
        """Return what is at a path of a host; None if there is nothing."""
        if host in (REGISTRY, TOKENS, BLOBS):
            return self.registry.answer(host, path, authorization)
        return self._releases.get((host, path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A program that is stopped in a test must not be waited for.
    block_on_close = False

    def __init__(self, site: Site, context: ssl.SSLContext, listener: socket.socket) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.site, self._context = site, context

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        if self.site.closed:
            connection.close()
            raise OSError("closed")
        # The handshake takes place in the connection's own thread.
        wrapped = self._context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        return wrapped, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Leave out clients that do not trust the certificate, or went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS

    def do_GET(self) -> None:
        self._respond()

    def do_HEAD(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: `Site.asked` has the requests."""

    def _respond(self) -> None:
        assert isinstance(self.server, _Server)
        site = self.server.site
        host = self.headers.get("Host", "").partition(":")[0]
        path = self.path.partition("?")[0]
        site.asked.append(f"{self.command} {host}{path}")
        answer = site.answer(host, path, self.headers.get("Authorization"))
        fault = _fault(site.faults, path)
        if fault:
            time.sleep(fault.seconds)
            if fault.content is not None:
                answer = of_bytes(fault.content)
        if fault and fault.status:
            self._empty(fault.status)
        elif isinstance(answer, Redirect):
            self._empty(302, Location=answer.location)
        elif isinstance(answer, Challenge):
            self._empty(401, **{"WWW-Authenticate": answer.header})
        elif answer is None:
            self._empty(404)
        else:
            self._send(answer, fault.share if fault else 1)

    def _empty(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, content: Served, share: float) -> None:
        start, end = 0, content.size
        if wanted := _RANGE.match(self.headers.get("Range", "")):
            start = int(wanted[1])
            end = min(int(wanted[2]) + 1, end) if wanted[2] else end
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{content.size}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", content.kind)
        self.send_header("Content-Length", str(end - start))
        if content.digest:
            self.send_header("Docker-Content-Digest", content.digest)
        self.end_headers()
        if self.command == "HEAD":
            return
        with contextlib.suppress(OSError):
            for chunk in content.chunks(start, start + int((end - start) * share)):
                self.wfile.write(chunk)
        self.close_connection = self.close_connection or share < 1


def _fault(faults: list[Fault], path: str) -> Fault | None:
    for fault in faults:
        if fault.times and re.search(fault.where, path):
            fault.times -= 1
            return fault
    return None
