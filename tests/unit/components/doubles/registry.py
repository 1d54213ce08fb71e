"""A registry over HTTP, as the distribution specification and the token flow have it."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
USER, PASSWORD, TOKEN = "robot", "hunter2", "a-token"


def digest_of(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


class RegistryDouble:
    """Images by repository and version; `guard` is the way of its logins: `basic` or `token`."""

    def __init__(self, guard: str = "") -> None:
        self.guard = guard
        self.code = 0
        """Status of every response, if set."""
        self.address = ""
        self.requests: list[str] = []
        self.tokens: list[str | None] = []
        self._content: dict[str, tuple[str, bytes]] = {}

    def add(self, repository: str, tag: str, *platforms: str, user: str | None = None) -> str:
        """Push an image; one of several platforms is an index. Returns its digest."""
        infos = [
            dict(zip(("os", "architecture"), name.split("/"), strict=True)) for name in platforms
        ]
        if len(infos) > 1:
            attestation = {"platform": {"os": "unknown", "architecture": "unknown"}}
            document: dict[str, Any] = {
                "mediaType": _INDEX,
                "manifests": [{"platform": info} for info in infos] + [attestation],
            }
        else:
            runs = {} if user is None else {"config": {"User": user}}
            config = json.dumps({**infos[0], **runs}).encode()
            self._content[f"{repository}/blobs/{digest_of(config)}"] = ("text/plain", config)
            document = {"mediaType": _MANIFEST, "config": {"digest": digest_of(config)}}
        body = json.dumps(document).encode()
        for version in (tag, digest_of(body)):
            self._content[f"{repository}/manifests/{version}"] = (document["mediaType"], body)
        return digest_of(body)

    def answer(self, path: str, authorization: str | None) -> tuple[int, dict[str, str], bytes]:
        self.requests.append(path)
        basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if path.startswith("/token"):
            self.tokens.append(authorization)
            if authorization not in (None, basic):
                return 401, {}, b""
            return 200, {}, json.dumps({"token": TOKEN}).encode()
        if self.code:
            return self.code, {}, b""
        if self.guard == "basic" and authorization != basic:
            return 401, {"WWW-Authenticate": 'Basic realm="here"'}, b""
        if self.guard == "token" and authorization != f"Bearer {TOKEN}":
            realm = f'Bearer realm="http://{self.address}/token",service="here"'
            return 401, {"WWW-Authenticate": realm}, b""
        kind, body = self._content.get(path.removeprefix("/v2/"), ("", b""))
        return (200, {"Content-Type": kind}, body) if kind else (404, {}, b"")


@contextmanager
def serve(double: RegistryDouble) -> Iterator[RegistryDouble]:
    """Serve on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            code, headers, body = double.answer(self.path, self.headers["Authorization"])
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        double.address = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield double
        server.shutdown()
        thread.join()
