"""The image registry of the tests asks for a token, and hands out blobs from another host."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.vendor.authority import Authority
from tests.vendor.published_images import Repositories
from tests.vendor.registry import BLOBS, REGISTRY, TOKENS, Challenge, ImageRegistry
from tests.vendor.served import Redirect, of_bytes
from tests.vendor.site import Fault, Site

_DIGEST = "sha256:aa"
_LAYER = of_bytes(b"0123456789", digest=_DIGEST)
_MANIFEST = of_bytes(b"{}", "application/json", "sha256:bb")
_IMAGES = Repositories({("library/web", "1"): _MANIFEST}, {_DIGEST: _LAYER}, {})


def test_without_a_token_the_answer_says_where_to_get_one() -> None:
    answer = ImageRegistry(_IMAGES).answer(REGISTRY, "/v2/library/web/manifests/1", None)
    assert isinstance(answer, Challenge)
    assert f'realm="https://{TOKENS}/token"' in answer.header
    assert 'scope="repository:library/web:pull"' in answer.header


def test_with_the_token_manifests_are_served_and_blobs_are_elsewhere() -> None:
    registry, token = ImageRegistry(_IMAGES), "Bearer a-token-for-pulling"
    assert registry.answer(REGISTRY, "/v2/library/web/manifests/1", token) is _MANIFEST
    assert registry.answer(REGISTRY, "/v2/library/web/manifests/2", token) is None
    redirect = registry.answer(REGISTRY, f"/v2/library/web/blobs/{_DIGEST}", token)
    assert redirect == Redirect(f"https://{BLOBS}/data/{_DIGEST}")
    assert registry.answer(BLOBS, f"/data/{_DIGEST}", None) is _LAYER


@pytest.fixture
def blobs(tmp_path: Path) -> Iterator[tuple[Site, http.client.HTTPSConnection]]:
    """A site, and a connection to its host of blobs that trusts it."""
    authority, port = Authority(tmp_path / "authority"), free_port()
    with Site({}, ImageRegistry(_IMAGES)) as site:
        site.use(authority.issue({"localhost"}))
        site.listen(socket.create_server(("127.0.0.1", port)))
        context = ssl.create_default_context(cafile=authority.certificate)
        connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=10)
        yield site, connection
        connection.close()


def _get(connection: http.client.HTTPSConnection, **headers: str) -> http.client.HTTPResponse:
    connection.request("GET", f"/data/{_DIGEST}", headers={"Host": BLOBS, **headers})
    return connection.getresponse()


def test_a_range_of_a_blob_is_served(blobs: tuple[Site, http.client.HTTPSConnection]) -> None:
    response = _get(blobs[1], Range="bytes=4-6")
    assert (response.status, response.read()) == (206, b"456")
    assert response.headers["Content-Range"] == "bytes 4-6/10"


def test_a_fault_interrupts_a_transfer_as_often_as_planned(
    blobs: tuple[Site, http.client.HTTPSConnection],
) -> None:
    site, connection = blobs
    site.faults.append(Fault("/data/", share=0.5, times=1))
    with pytest.raises(http.client.IncompleteRead) as broken:
        _get(connection).read()
    assert broken.value.partial == b"01234"
    connection.close()
    assert _get(connection).read() == _LAYER.data
