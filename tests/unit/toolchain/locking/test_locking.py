"""`make lock`: what it asks the vendors for, and what it writes.

Belongs here: checksums and digests from servers on this machine, and the text of the lock.
"""

import hashlib
import json
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.unit.toolchain import samples
from toolchain import locking
from toolchain.locking.images import published_digest
from toolchain.locking.releases import release_sha256
from toolchain.locking.text import pinned_module, with_sums
from toolchain.places import Checkout, Platform
from toolchain.tools import transfer
from toolchain.tools.transfer import TransferError

PROGRAM = b"#!/bin/sh\n"
MANIFEST = b'{"schemaVersion": 2, "manifests": []}'


class Vendor(BaseHTTPRequestHandler):
    """Serves files, and manifests to those who have the token that it gives to everybody."""

    files: ClassVar[dict[str, bytes]] = {}

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/token":
            self._answer(200, json.dumps({"token": query}).encode())
        elif path.startswith("/v2/"):
            self._manifest(path)
        elif path in self.files:
            self._answer(200, self.files[path])
        else:
            self._answer(404, b"")

    def _manifest(self, path: str) -> None:
        token = "Bearer service=hub&scope=repository%3Akindest%2Fnode%3Apull"
        if self.headers["Authorization"] != token:
            realm = f"http://{self.headers['Host']}/token"
            challenge = f'Bearer realm="{realm}",service="hub",scope="repository:kindest/node:pull"'
            self._answer(401, b"", challenge)
        elif path == "/v2/kindest/node/manifests/v1" and "image.index" in self.headers["Accept"]:
            self._answer(200, MANIFEST)
        else:
            self._answer(404, b"")

    def _answer(self, status: int, content: bytes, challenge: str = "") -> None:
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(transfer, "_PAUSES_SECONDS", (0.0, 0.0))
    sha256, sha1 = hashlib.sha256(PROGRAM).hexdigest(), hashlib.sha1(PROGRAM).hexdigest()
    files = {
        "/kind": PROGRAM,
        "/sums": f"{sha256}  kind\n".encode(),
        "/sha1": f"{sha1}  kind\n".encode(),
        "/wrong": f"{'ab' * 20}  kind\n".encode(),
    }
    monkeypatch.setattr(Vendor, "files", files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("listing", ["sums", "sha1"])
def test_the_checksum_is_that_of_the_list_or_of_the_release_that_agrees_with_it(
    vendor: str, listing: str
) -> None:
    tool = samples.released(f"{vendor}/kind", f"{vendor}/{listing}", sha256="ab" * 32)
    assert release_sha256(tool) == hashlib.sha256(PROGRAM).hexdigest()


def test_a_release_that_does_not_agree_with_its_list_gets_no_checksum(vendor: str) -> None:
    tool = samples.released(f"{vendor}/kind", f"{vendor}/wrong")
    with pytest.raises(Exception, match="does not have the checksum that its vendor published"):
        release_sha256(tool)


def test_the_digest_of_an_image_is_that_of_the_manifest_for_all_platforms(vendor: str) -> None:
    digest = published_digest(f"{vendor}/v2/", "docker.io/kindest/node:v1")
    assert digest == f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"


def test_an_image_that_the_registry_lacks_is_reported(vendor: str) -> None:
    with pytest.raises(TransferError, match="node/manifests/v2: HTTP Error 404"):
        published_digest(f"{vendor}/v2/", "docker.io/kindest/node:v2")


def test_what_is_written_replaces_what_was_written_before_and_nothing_else() -> None:
    first = with_sums('[go]\nat_least = "1"\n', {"https://a/b": "12"}, {"docker.io/a/b:1": "34"})
    second = with_sums(first, {"https://a/c": "56"}, {})
    assert tomllib.loads(first) == {
        "go": {"at_least": "1"},
        "sha256": {"https://a/b": "12"},
        "digest": {"docker.io/a/b:1": "34"},
    }
    assert tomllib.loads(second) == {
        "go": {"at_least": "1"},
        "sha256": {"https://a/c": "56"},
        "digest": {},
    }


def test_the_written_files_are_those_of_the_repository() -> None:
    root = Path(__file__).parents[4]
    text = (root / "toolchain" / "lock.toml").read_text()
    document = tomllib.loads(text)
    assert with_sums(text, document["sha256"], document["digest"]) == text
    module = (root / "components" / "machine" / "pinned.py").read_text()
    assert pinned_module(document["digest"]) == module


def test_a_vendor_out_of_reach_leaves_its_entries_as_they_are(
    tmp_path: Path, vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PLATFORMS", (Platform("linux", "amd64"),))
    checkout = Checkout(tmp_path)
    checkout.toolchain.mkdir()
    (tmp_path / "components" / "machine").mkdir(parents=True)
    lock = checkout.toolchain / "lock.toml"
    lock.write_text(
        f"""\
[images]
registry = "{vendor}/v2/"
[images.published]
node = "docker.io/kindest/node:v1"
balancer = "docker.io/kindest/haproxy:v1"
[python]
uv_at_least = "0"
uv_below = "1"
[go]
at_least = "1"
below = "2"
[tool.kind]
version = "1"
use = "command"
[tool.kind.release]
url = "{vendor}/kind"
checksums = "{vendor}/sums"
[tool.kubectl]
version = "1"
use = "command"
[tool.kubectl.release]
url = "http://127.0.0.1:9/kubectl"
checksums = "http://127.0.0.1:9/sums"

# `make lock` writes everything below
[sha256]
"http://127.0.0.1:9/kubectl" = "{"12" * 32}"
"http://127.0.0.1:9/kubectl-of-an-earlier-version" = "{"34" * 32}"
[digest]
"docker.io/kindest/haproxy:v1" = "sha256:{"56" * 32}"
"""
    )
    said: list[str] = []
    locking.lock(checkout, said.append)
    document = tomllib.loads(lock.read_text())
    assert document["sha256"] == {
        f"{vendor}/kind": hashlib.sha256(PROGRAM).hexdigest(),
        "http://127.0.0.1:9/kubectl": "12" * 32,
    }
    assert document["digest"] == {
        "docker.io/kindest/haproxy:v1": f"sha256:{'56' * 32}",
        "docker.io/kindest/node:v1": f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}",
    }
    assert [line.partition(" ")[0] for line in said] == ["kubectl", "docker.io/kindest/haproxy:v1"]
