"""A registry over HTTP, as the distribution specification and the token flow have it."""

import base64
import hashlib
import json
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
USER, PASSWORD, TOKEN = "robot", "hunter2", "a-token"
IDENTITY_TOKEN = "an-identity-token"


def digest_of(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


class RegistryDouble:
    """Images by repository and version; `guard` is the way of its logins: `basic` or `token`."""

    def __init__(self, guard: str = "") -> None:
        self.guard = guard
        self.code = 0
        """Status of every response, if set."""
        self.is_private = False
        """Whether tokens are for those alone who log in."""
        self.names_digests = True
        """Whether responses have the header Docker-Content-Digest, which is optional."""
        self.address = ""
        self.requests: list[str] = []
        self.methods: list[str] = []
        """Method of each request."""
        self.tokens: list[str | None] = []
        self.forms: list[dict[str, str]] = []
        """What was posted to get a token."""
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

    def remove(self, repository: str, tag: str) -> None:
        """Delete a tag; what it named stays, as in a registry."""
        del self._content[f"{repository}/manifests/{tag}"]

    def exchange(self, form: str) -> tuple[int, dict[str, str], bytes]:
        """Give a token for an identity token, as OAuth2 has it."""
        self.forms.append(dict(urllib.parse.parse_qsl(form)))
        expected = {"grant_type": "refresh_token", "refresh_token": IDENTITY_TOKEN}
        if not expected.items() <= self.forms[-1].items():
            return 400, {}, b'{"error": "invalid_grant"}'
        return 200, {}, json.dumps({"access_token": TOKEN}).encode()

    def answer(
        self, path: str, authorization: str | None, method: str = "GET"
    ) -> tuple[int, dict[str, str], bytes]:
        self.requests.append(path)
        self.methods.append(method)
        basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if path.startswith("/token"):
            self.tokens.append(authorization)
            if authorization not in ((basic,) if self.is_private else (None, basic)):
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
        if not kind:
            return 404, {}, b""
        digest = {"Docker-Content-Digest": digest_of(body)} if self.names_digests else {}
        return 200, {"Content-Type": kind, **digest}, body


@contextmanager
def serve(double: RegistryDouble) -> Iterator[RegistryDouble]:
    """Serve on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            authorization = self.headers["Authorization"]
            self._send(*double.answer(self.path, authorization, self.command))

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(*double.exchange(form))

        def _send(self, code: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
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
