"""Requests to an API server through a proxy, and the proxy itself."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from components.k8s import api as api_module
from components.k8s.api import Api, ApiError, api, collection, path_of
from components.machine.runner import CommandError

from .proxied import FAKE_KUBECTL, Server, serving

_WEB = "/apis/apps/v1/namespaces/shop/deployments/web"
_MANIFEST = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"replicas": 2},
}


@pytest.fixture
def folder() -> Generator[Path]:
    """Return a folder with a short path, as Unix sockets need."""
    with tempfile.TemporaryDirectory(prefix="api-") as folder:
        yield Path(folder)


@pytest.fixture
def server(folder: Path) -> Generator[Server]:
    """Return an API server behind the socket of `cluster`."""
    with serving(folder / "socket") as server:
        yield server


@pytest.fixture
def cluster(folder: Path, server: Server) -> Api:
    """Return the API of the server."""
    del server
    return Api.of_proxy(folder / "socket")


@pytest.mark.parametrize(
    ("api_version", "kind", "path"),
    [
        ("v1", "Pod", "/api/v1/namespaces/shop/pods"),
        ("apps/v1", "StatefulSet", "/apis/apps/v1/namespaces/shop/statefulsets"),
        ("batch/v1", "CronJob", "/apis/batch/v1/namespaces/shop/cronjobs"),
        (
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies",
        ),
        ("networking.k8s.io/v1", "Ingress", "/apis/networking.k8s.io/v1/namespaces/shop/ingresses"),
    ],
)
def test_objects_of_a_kind_have_the_path_of_their_plural(
    api_version: str, kind: str, path: str
) -> None:
    assert collection(api_version, kind, "shop") == path


def test_an_object_has_the_path_of_its_name() -> None:
    assert path_of(_MANIFEST) == _WEB


def test_an_object_is_read(server: Server, cluster: Api) -> None:
    server.answer(f"GET {_WEB}", _MANIFEST)

    assert cluster.get(_WEB) == _MANIFEST
    assert cluster.find(_WEB) == _MANIFEST


def test_a_query_is_sent_with_its_special_characters(server: Server, cluster: Api) -> None:
    server.answer("GET /api/v1/pods", {"items": []})

    cluster.get("/api/v1/pods", labelSelector="app in (a, b)", limit="5")

    (request,) = server.requests
    assert request.query == {"labelSelector": "app in (a, b)", "limit": "5"}
    assert (request.body, request.content) == (None, "")


def test_an_object_that_does_not_exist_is_found_as_none(cluster: Api) -> None:
    assert cluster.find(_WEB) is None
    with pytest.raises(ApiError) as caught:
        cluster.get(_WEB)
    assert (caught.value.status, caught.value.reason) == (404, "NotFound")


def test_a_log_is_read_as_text(server: Server, cluster: Api) -> None:
    path = "/api/v1/namespaces/shop/pods/web-1/log"
    server.answer(f"GET {path}", "listening\n")

    assert cluster.text(path, tailLines="5") == "listening\n"
    assert server.requests[0].query == {"tailLines": "5"}


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_object_is_applied_under_a_field_manager(
    server: Server, cluster: Api, dry_run: bool
) -> None:
    server.answer(f"PATCH {_WEB}", {**_MANIFEST, "status": {}})

    assert cluster.apply(_MANIFEST, "slipway-a", dry_run=dry_run)["status"] == {}

    (request,) = server.requests
    trial = {"dryRun": "All"} if dry_run else {}
    assert request.query == {"fieldManager": "slipway-a", "force": "true", **trial}
    assert request.content == "application/apply-patch+yaml" and request.body == _MANIFEST


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_object_is_created_in_its_collection(
    server: Server, cluster: Api, dry_run: bool
) -> None:
    path = "/api/v1/namespaces/shop/pods"
    server.answer(f"POST {path}", {"kind": "Pod"}, 201)

    assert cluster.create(path, {"kind": "Pod"}, dry_run=dry_run) == {"kind": "Pod"}

    (request,) = server.requests
    assert request.query == ({"dryRun": "All"} if dry_run else {})
    assert request.content == "application/json" and request.body == {"kind": "Pod"}


def test_an_object_is_deleted_with_its_options(server: Server, cluster: Api) -> None:
    server.answer(f"DELETE {_WEB}", {"status": "Success"})

    cluster.delete(_WEB, {"propagationPolicy": "Foreground"})

    assert server.requests[0].body == {"propagationPolicy": "Foreground"}


def test_the_deletion_of_what_does_not_exist_is_no_error(server: Server, cluster: Api) -> None:
    cluster.delete(_WEB)

    server.refuse(f"DELETE {_WEB}", 409, "Conflict", "the UID in the precondition differs")
    with pytest.raises(ApiError, match="precondition"):
        cluster.delete(_WEB)


def test_a_refusal_has_the_words_of_the_api_server(server: Server, cluster: Api) -> None:
    sentence = 'secrets "db" is forbidden: User "deployer" cannot get resource "secrets"'
    server.refuse("GET /api/v1/namespaces/shop/secrets/db", 403, "Forbidden", sentence)

    with pytest.raises(ApiError) as caught:
        cluster.find("/api/v1/namespaces/shop/secrets/db")
    refused = caught.value
    assert (refused.status, refused.reason, refused.message) == (403, "Forbidden", sentence)


@pytest.mark.parametrize(
    ("text", "message"),
    [("Bad Gateway\n", "Bad Gateway"), ("", "HTTP 502"), ("[1]", "[1]")],
)
def test_a_refusal_that_is_no_status_keeps_its_text(
    server: Server, cluster: Api, text: str, message: str
) -> None:
    server.answer("GET /version", text, 502)

    with pytest.raises(ApiError) as caught:
        cluster.get("/version")
    assert (caught.value.status, caught.value.message) == (502, message)


def test_nobody_at_the_socket_is_an_error_without_a_status(folder: Path) -> None:
    with pytest.raises(ApiError) as caught:
        Api.of_proxy(folder / "none").get("/version")
    assert (caught.value.status, caught.value.reason) == (0, "Unreachable")


def test_an_answer_that_does_not_come_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_module, "_REQUEST_SECONDS", 0.2)
    with api_module.socket.socket(api_module.socket.AF_UNIX) as silent:
        silent.bind(str(folder / "silent"))
        silent.listen()
        with pytest.raises(ApiError, match="does not answer: timed out"):
            Api.of_proxy(folder / "silent").get("/version")


@pytest.fixture
def starts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a `kubectl` on PATH that notes each start in a file, and return the file."""
    starts, program = folder / "starts", folder / "kubectl"
    starts.touch()
    text = FAKE_KUBECTL.format(python=sys.executable, starts=str(starts))
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return starts


def _pids(starts: Path) -> list[int]:
    return [int(line) for line in starts.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(autouse=True)
def proxies(monkeypatch: pytest.MonkeyPatch) -> Generator[dict[str, Any]]:
    """Let each test start its own proxies, and end them."""
    proxies: dict[str, Any] = {}
    monkeypatch.setattr(api_module, "_PROXIES", proxies)
    yield proxies
    for proxy in proxies.values():
        proxy.process.terminate()
        proxy.process.wait()


def test_all_requests_to_a_cluster_share_one_proxy(starts: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        clusters = list(pool.map(lambda _number: api("shared"), range(4)))

    assert {cluster.get("/version")["gitVersion"] for cluster in clusters} == {"shared"}
    assert len(_pids(starts)) == 1


def test_each_cluster_has_a_proxy_of_its_own(starts: Path) -> None:
    versions = [api(kubeconfig).get("/version")["gitVersion"] for kubeconfig in ("one", "two")]

    assert versions == ["one", "two"] and len(_pids(starts)) == 2


def test_a_proxy_that_died_is_started_again(starts: Path, proxies: dict[str, Any]) -> None:
    first = api("mortal").get("/version")["pid"]
    os.kill(first, signal.SIGKILL)
    proxies["mortal"].process.wait(10)

    assert api("mortal").get("/version")["pid"] == _pids(starts)[1] != first


def test_a_proxy_outlives_the_thread_that_asked_for_it(starts: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        cluster = pool.submit(api, "lasting").result()
    time.sleep(0.3)

    assert cluster.get("/version")["pid"] == _pids(starts)[0]


def test_a_proxy_that_refuses_is_reported_with_its_words(starts: Path) -> None:
    with pytest.raises(CommandError, match="did not start") as caught:
        api("refused")
    assert "no configuration has been provided" in caught.value.details
    assert len(_pids(starts)) == 1


def test_a_proxy_that_never_listens_is_ended(starts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_module, "_START_SECONDS", 0.8)

    with pytest.raises(CommandError, match="did not start"):
        api("silent")
    for pid in _pids(starts):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_no_kubeconfig_is_left_of_a_proxy_that_runs_or_that_has_not_started(
    starts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(starts.parent))

    with pytest.raises(CommandError):
        api("refused")

    assert not list(starts.parent.glob("slipway-*"))
    api("running").get("/version")
    assert list(starts.parent.glob("slipway-*/socket")), "or it is another folder"
    assert not list(starts.parent.glob("slipway-*/config"))
