"""Servers on this machine that answer as hosts and proxies do, well or badly."""

import contextlib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Handler(BaseHTTPRequestHandler):
    """Answers every request with the status and after the seconds of its server."""

    def do_HEAD(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        server.asked.append(self.path)
        if server.silences:
            time.sleep(server.silences.pop(0))
        self.send_response(server.statuses[0])
        server.statuses = server.statuses[1:] or server.statuses
        self.send_header("Content-Length", "0")
        with contextlib.suppress(OSError):  # the client may have left meanwhile
            self.end_headers()

    do_CONNECT = do_HEAD
    do_GET = do_HEAD

    def log_message(self, format: str, *args: object) -> None:
        return


class Server(ThreadingHTTPServer):
    """A server with its next statuses and silences (seconds); the last status stays."""

    daemon_threads = True

    def __init__(self, statuses: list[int], silences: list[float]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses, self.silences = statuses, silences
        self.asked: list[str] = []

    def handle_error(self, request: object, client_address: object) -> None:
        return  # a client that does not trust the certificate ends the connection


@contextlib.contextmanager
def serve(
    *statuses: int, silences: tuple[float, ...] = (), certificate: Path | None = None
) -> Iterator[tuple[Server, str]]:
    """Run a server, with TLS if it has a certificate, and return it with its address."""
    server = Server(list(statuses), list(silences))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    scheme = "https" if certificate else "http"
    yield server, f"{scheme}://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@contextlib.contextmanager
def refusing() -> Iterator[str]:
    """Return an address at which connections are refused: its port has no listener."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def make_certificate(folder: Path) -> Path:
    """Make a self-signed certificate for localhost, with its key in the same file."""
    place = folder / "certificate.pem"
    words = (
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        *("-keyout", "-", "-out", "-"),
    )
    place.write_bytes(subprocess.run(words, check=True, capture_output=True).stdout)
    return place
