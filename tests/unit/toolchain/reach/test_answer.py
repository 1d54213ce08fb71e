"""Answers of real servers on this machine: what is absence, and what is not known.

Belongs here: one request to one host, by HTTP and HTTPS, with and without a proxy.
"""

import shutil
import socket
import sys
from pathlib import Path

import pytest

from tests.unit.toolchain.reach.servers import make_certificate, refusing, serve
from toolchain.reach.answer import Answer, ask

_NAMELESS = "https://no-such-host.invalid/"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("status", [200, 401])
def test_a_host_that_answers_or_asks_for_a_login_is_present(status: int) -> None:
    with serve(status) as (_, address):
        assert ask(address, 3) == Answer("present", f"HTTP status {status}")


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_host_that_answers_no_is_absent(status: int) -> None:
    with serve(status) as (_, address):
        assert ask(address, 3) == Answer("absent", f"HTTP status {status}")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_of_the_server_is_no_absence(status: int) -> None:
    with serve(status) as (_, address):
        assert ask(address, 3) == Answer("unknown", f"HTTP status {status}", is_repeatable=True)


def test_a_refused_connection_is_absence() -> None:
    with refusing() as address:
        assert ask(address, 3) == Answer("absent", "connection refused")


def test_a_slow_host_is_not_absent() -> None:
    with serve(200, silences=(2.0,)) as (_, address):
        answer = ask(address, 0.1)
    assert answer == Answer("unknown", "no answer within 0.1 s", is_repeatable=True)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")
def test_a_certificate_that_is_not_trusted_is_no_absence_until_it_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    with serve(200, certificate=certificate) as (_, address):
        before = ask(address, 3)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        after = ask(address, 3)
    assert (before.state, before.is_repeatable) == ("unknown", False)
    assert before.reason.startswith("certificate verify failed: self")
    assert after.state == "present"


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_forbids_or_fails_is_no_absence(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    with serve(status) as (proxy, address):
        monkeypatch.setenv("https_proxy", address.replace("//", "//user:secret@"))
        answer = ask("https://vendor.example/sums", 3)
    assert proxy.asked == ["vendor.example:443"]
    assert answer.state == "unknown"
    assert f"the proxy localhost:{proxy.server_port}/: Tunnel connection failed: {status}" in (
        answer.reason
    )


def test_a_proxy_that_refuses_the_connection_is_no_absence_of_the_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with refusing() as address:
        monkeypatch.setenv("https_proxy", address)
        answer = ask("https://vendor.example/sums", 3)
    assert answer.state == "unknown"
    assert "Connection refused" in answer.reason


def test_a_proxy_answers_for_the_host_where_nothing_is_encrypted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve(403) as (_, address):
        monkeypatch.setenv("http_proxy", address)
        answer = ask("http://vendor.example/sums", 3)
    assert answer.state == "unknown"
    assert "from the proxy" in answer.reason


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "absent"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), "unknown"),
        (OSError(101, "Network is unreachable"), "unknown"),
    ],
)
def test_a_name_that_does_not_exist_is_absence_and_no_network_is_none(
    monkeypatch: pytest.MonkeyPatch, error: OSError, state: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert ask(_NAMELESS, 3).state == state


def test_macos_reports_a_missing_network_as_a_name_that_does_not_exist(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "nodename nor servname provided, or not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert ask(_NAMELESS, 3).state == "unknown"
