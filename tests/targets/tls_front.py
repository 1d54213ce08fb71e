"""Another way to a cluster's API: with an address and a certificate authority of its own."""

import asyncio
import contextlib
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

_CHUNK = 65536


class TlsFront:
    """Ends TLS at `localhost` and starts it again to the API server, until the end of a `with`.

    Clients need a token: a certificate of theirs would end here. One thread serves all, as a TLS
    connection must not be used by two.
    """

    def __init__(self, folder: Path, server: str) -> None:
        self._key, self.certificate = folder / "front.key", folder / "front.crt"
        self._make_certificate()
        address = urlsplit(server)
        self._backend = (str(address.hostname), int(address.port or 443))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, self._key)
        self._context.set_alpn_protocols(["http/1.1"])
        self._loop = asyncio.new_event_loop()

    @property
    def server(self) -> str:
        """The URL of this way."""
        return f"https://localhost:{self._listener.getsockname()[1]}"

    def rotate(self) -> None:
        """Let new connections see the certificate of another authority."""
        self._make_certificate()
        self._context.load_cert_chain(self.certificate, self._key)

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _make_certificate(self) -> None:
        words = (
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(self._key), "-out", str(self.certificate)),
        )
        subprocess.run(words, check=True, capture_output=True)

    def _run(self) -> None:
        start = asyncio.start_server(self._serve, sock=self._listener, ssl=self._context)
        self._loop.run_until_complete(start)
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        outside = ssl.create_default_context()
        outside.check_hostname, outside.verify_mode = False, ssl.CERT_NONE
        outside.set_alpn_protocols(["http/1.1"])
        with contextlib.suppress(OSError):
            backend_reader, backend_writer = await asyncio.open_connection(
                *self._backend, ssl=outside
            )
            await asyncio.gather(_copy(reader, backend_writer), _copy(backend_reader, writer))


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()
    target.close()
