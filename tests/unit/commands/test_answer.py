"""Belongs here: what counts as an answer of an application, from a real server of the test's."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, TCPServer

import pytest

from commands.answer import is_internal, patience_for, wait_for_answer
from commands.errors import CommandError

Serve = Callable[..., str]


class _Server(ThreadingHTTPServer):
    """Answers with one code after the other, the last again and again."""

    codes: list[int]
    asked: int
    hangs: float = 0.0
    """Seconds that the first request waits for its answer."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        codes = self.server.codes
        self.server.asked += 1
        if self.server.asked == 1 and self.server.hangs:
            time.sleep(self.server.hangs)
        self.send_response(codes.pop(0) if len(codes) > 1 else codes[0])
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.answer._PAUSE_SECONDS", 0.02)
    monkeypatch.setattr("commands.answer._LONG_PAUSE_SECONDS", 0.02)


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as made:
        made.codes, made.asked = [200], 0
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()


def _url(server: TCPServer) -> str:
    return f"http://localhost:{server.server_address[1]}"


@pytest.mark.parametrize("code", [200, 204, 302, 401, 404])
def test_whatever_is_no_servers_failure_is_an_answer(server: _Server, code: int) -> None:
    server.codes = [code]
    wait_for_answer(_url(server), "kind", patience=0)
    assert server.asked == 1


def test_a_server_that_is_not_ready_yet_is_asked_again(server: _Server) -> None:
    server.codes = [503, 502, 200]
    wait_for_answer(_url(server), "kind")
    assert server.asked == 3


def test_a_server_that_keeps_failing_is_reported(server: _Server) -> None:
    server.codes = [503]
    with pytest.raises(CommandError, match=r"within 0.1 s: HTTP 503\n  next: make status"):
        wait_for_answer(_url(server), "kind", patience=0.1)


def test_where_nothing_listens_that_is_said_in_time(server: _Server) -> None:
    url = _url(server)
    server.shutdown()
    server.server_close()
    start = time.monotonic()
    with pytest.raises(CommandError) as raised:
        wait_for_answer(url, "cloud", patience=0.1)
    assert time.monotonic() - start < 3
    assert str(raised.value).startswith(f"deployed, but {url} does not answer within 0.1 s: ")
    assert "refused" in str(raised.value)
    assert str(raised.value).endswith("\n  next: make status STACK=cloud")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the server of the test for one on another machine, which no proxy leads to."""
    monkeypatch.setattr("commands.answer._is_here", lambda _: False)
    monkeypatch.setenv("no_proxy", "*")


@pytest.mark.usefixtures("elsewhere")
def test_an_address_elsewhere_that_refuses_is_no_failure(server: _Server) -> None:
    url = _url(server)
    server.shutdown()
    server.server_close()
    reason = wait_for_answer(url, "cloud", patience=0.1)
    assert reason is not None
    assert reason.startswith("no answer within 0.1 s: ")
    assert "refused" in reason


@pytest.mark.usefixtures("elsewhere")
def test_nor_is_a_name_that_does_not_resolve() -> None:
    reason = wait_for_answer("http://lb-1.example.invalid", "cloud", patience=0)
    assert reason is not None
    assert reason.startswith("no answer within 0 s: ")


@pytest.mark.usefixtures("elsewhere")
def test_an_address_elsewhere_that_answers_with_an_error_is_reported(server: _Server) -> None:
    server.codes = [502]
    with pytest.raises(CommandError, match=r"within 0.1 s: HTTP 502\n  next: make status"):
        wait_for_answer(_url(server), "cloud", patience=0.1)


@pytest.mark.parametrize(
    ("url", "is_new", "seconds"),
    [
        ("http://lb-1.example", True, 300),
        ("http://lb-1.example", False, 60),
        ("http://localhost:8080", True, 60),
    ],
)
def test_a_new_address_elsewhere_has_minutes(url: str, is_new: bool, seconds: float) -> None:
    assert patience_for(url, is_new=is_new) == seconds


@pytest.mark.usefixtures("elsewhere")
def test_a_long_wait_is_announced_once_with_its_reason_and_its_limit(
    server: _Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("commands.answer._QUIET_SECONDS", 0.0)
    server.codes = [503, 503, 503, 200]
    assert wait_for_answer(_url(server), "cloud", patience=30) is None
    assert server.asked == 4
    said = f"deployed; waiting up to 30 s for {_url(server)} to answer (HTTP 503); Ctrl-C ends"
    assert capsys.readouterr().out.startswith(said)


def test_a_short_wait_is_not_announced(server: _Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.codes = [503, 200]
    wait_for_answer(_url(server), "kind")
    assert capsys.readouterr().out == ""


def test_a_request_that_hangs_does_not_use_up_the_time(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.answer._ATTEMPT_SECONDS", 0.1)
    server.hangs = 3.0
    start = time.monotonic()
    wait_for_answer(_url(server), "kind", patience=30)
    assert time.monotonic() - start < 2
    assert server.asked == 2


def test_an_error_that_comes_through_a_proxy_may_be_the_proxys(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.codes = [503]
    monkeypatch.setenv("http_proxy", _url(server))
    monkeypatch.setenv("no_proxy", "")
    reason = wait_for_answer("http://lb-1.example.invalid", "cloud", patience=0)
    assert reason == "no answer within 0 s: HTTP 503, perhaps from the proxy"


@pytest.mark.parametrize(
    ("url", "internal"),
    [
        ("http://web.shop.svc", True),
        ("http://web.shop.svc:8080", True),
        ("http://web.shop.svc.cluster.local", True),
        ("http://localhost:8080", False),
        ("https://web.svc.example", False),
        ("http://203.0.113.7", False),
    ],
)
def test_an_address_of_the_clusters_own_dns_is_internal(url: str, internal: bool) -> None:
    assert is_internal(url) == internal


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.1.1"])
def test_proxy_settings_do_not_hold_for_this_machine(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    with _Server((host, 0), _Handler) as own:
        own.codes, own.asked = [200], 0
        threading.Thread(target=own.serve_forever, args=(0.01,), daemon=True).start()
        wait_for_answer(f"http://{host}:{own.server_port}", "kind", patience=0)
        own.shutdown()
    assert own.asked == 1


@pytest.mark.usefixtures("elsewhere")
def test_proxy_settings_do_not_hold_for_containers_beside_this_machine(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    assert wait_for_answer(_url(server), "minikube", patience=0) is not None
    assert wait_for_answer(_url(server), "minikube", patience=0, beside=["localhost"]) is None


def test_another_protocol_than_http_is_no_answer() -> None:
    class Silent(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError):
                self.request.sendall(b"220 mail.example.com ready\r\n")

    with TCPServer(("127.0.0.1", 0), Silent) as mail:
        threading.Thread(target=mail.serve_forever, args=(0.01,), daemon=True).start()
        with pytest.raises(CommandError, match=r"does not answer within 0.1 s: .+\n  next: "):
            wait_for_answer(_url(mail), "kind", patience=0.1)
        mail.shutdown()
