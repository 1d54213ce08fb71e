"""An image registry whose repositories misbehave, each in the way that its name begins with.

`absent/…` has no image, `private/…` wants a login, and `other/…` has an image for another platform.
For some seconds from the first request for it, `failing/…` answers 503, and `slow/…` not at all.
These two afterwards, and all others, have the image of the project's own registry.
https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

import json
import platform
import re
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.error import HTTPError

from components.machine.runner import Runner
from components.registry.client import ACCEPTED
from components.registry.containerd_hosts import FOLDER, write_files
from tests.live.project import Project, docker_lines
from tests.ports import free_port

_PATH = re.compile(r"/v2/(?P<name>.+)/(?P<what>manifests|blobs)/(?P<version>[^/]+)")
_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_TROUBLE = {401: "UNAUTHORIZED", 404: "MANIFEST_UNKNOWN", 503: "UNAVAILABLE"}


class StandInRegistry:
    """Serves this machine, as `localhost`, and the nodes of a project, until the end of a `with`.

    `image` is a reference of the project's own registry, by digest; `seconds` are those of
    `failing` and of `slow`.
    """

    def __init__(
        self, project: Project, image: str, seconds: Mapping[str, float] | None = None
    ) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        """Number of answers by name of the repository and HTTP status."""
        self._project, self._seconds = project, seconds or {}
        registry, _, rest = image.partition("/")
        repository, _, self._digest = rest.partition("@")
        self._source = f"http://{registry}/v2/{repository}"
        self._first: dict[str, float] = {}
        self._lock = threading.Lock()
        gateway = gateway_of(f"{project.name}-control-plane")
        port = free_port()
        self.host = f"localhost:{port}"
        """Host of references to its images."""
        self._url = f"http://{gateway}:{port}"
        self._servers = [
            ThreadingHTTPServer((address, port), self._handler())
            for address in ("127.0.0.1", gateway)
        ]

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        self.reach_as(self.host)
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def reach_as(self, host: str) -> None:
        """Let the nodes find the registry under the name of a host."""
        text = f'server = "{self._url}"\n\n[host."{self._url}"]\n'
        file = {f"{FOLDER}/{host}/hosts.toml": f'{text}  capabilities = ["pull", "resolve"]\n'}
        names = self._project.kubectl("get", "nodes", "--output=name").split()
        for name in names:
            write_files(Runner(), name.removeprefix("node/"), file)

    def _answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, media type and content."""
        match = _PATH.fullmatch(path)
        if match is None:
            return 200, "application/json", b"{}"
        kind = match["name"].partition("/")[0]
        if kind in ("failing", "slow"):
            return self._delayed(kind, match)
        status = {"absent": 404, "private": 401}.get(kind)
        if status is not None:
            return _refusal(status)
        return (200, _INDEX, _other_platform()) if kind == "other" else self._passed_on(match)

    def _delayed(self, kind: str, match: re.Match[str]) -> tuple[int, str, bytes]:
        with self._lock:
            since = self._first.setdefault(match["name"], time.monotonic())
        left = since + self._seconds.get(kind, 0) - time.monotonic()
        if left > 0 and kind == "failing":
            return _refusal(503)
        time.sleep(max(0.0, left))
        return self._passed_on(match)

    def _passed_on(self, match: re.Match[str]) -> tuple[int, str, bytes]:
        version = self._digest if match["what"] == "manifests" else match["version"]
        request = urllib.request.Request(f"{self._source}/{match['what']}/{version}")
        request.add_header("Accept", ACCEPTED)
        try:
            with urllib.request.urlopen(request) as answer:
                return 200, answer.headers.get_content_type(), answer.read()
        except HTTPError as error:
            return _refusal(error.code)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._send(with_body=True)

            def do_HEAD(self) -> None:
                self._send(with_body=False)

            def log_message(self, format: str, *args: object) -> None:
                """Write nothing between the lines of the tests."""

            def _send(self, *, with_body: bool) -> None:
                status, kind, content = registry._answer(self.path)
                match = _PATH.fullmatch(self.path)
                registry.answers[match["name"] if match else "", status] += 1
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                if status == 401:
                    self.send_header("WWW-Authenticate", 'Basic realm="registry"')
                self.end_headers()
                if with_body:
                    self.wfile.write(content)

        return Handler


def gateway_of(node: str) -> str:
    """Return the address of this machine in the network of a node."""
    form = "{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}"
    (address,) = docker_lines("inspect", f"--format={form}", node)
    return address


def _refusal(status: int) -> tuple[int, str, bytes]:
    errors = [{"code": _TROUBLE.get(status, "UNKNOWN"), "message": "of the stand-in"}]
    return status, "application/json", json.dumps({"errors": errors}).encode()


def _other_platform() -> bytes:
    """Return the index of an image for another processor than this machine's."""
    is_arm = platform.machine() in ("aarch64", "arm64")
    manifest = {
        "mediaType": _MANIFEST,
        "digest": f"sha256:{64 * '1'}",
        "size": 100,
        "platform": {"os": "linux", "architecture": "amd64" if is_arm else "arm64"},
    }
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [manifest]}
    return json.dumps(index).encode()
