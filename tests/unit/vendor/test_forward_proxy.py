"""The forwarding proxy of the tests passes requests on, but none to its own network."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.vendor.forward_proxy import ForwardProxy


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"{self.path} for {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def proxy() -> Iterator[ForwardProxy]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    with ForwardProxy(places={"example.com": ("127.0.0.1", server.server_port)}) as started:
        yield started
    server.shutdown()
    server.server_close()


def test_a_known_host_answers_by_its_name_and_the_path_alone(proxy: ForwardProxy) -> None:
    assert _get(proxy, "http://example.com/a?b=1") == "/a?b=1 for example.com"
    assert [str(asked) for asked in proxy.asked] == ["passed GET example.com:80"]


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "10.1.2.3", "192.168.0.1", "[::1]", "web", "a.svc"]
)
def test_the_own_network_is_refused_and_recorded(proxy: ForwardProxy, host: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        _get(proxy, f"http://{host}:5000/")
    refusal.value.close()
    assert refusal.value.code == 403
    assert proxy.refused == {host.strip("[]")} and not proxy.passed


def test_a_tunnel_to_the_own_network_is_refused(proxy: ForwardProxy) -> None:
    with pytest.raises(urllib.error.URLError, match="403 Forbidden"):
        _get(proxy, "https://172.18.0.2/")


def _get(proxy: ForwardProxy, url: str) -> str:
    handler = urllib.request.ProxyHandler({"http": proxy.url, "https": proxy.url})
    with urllib.request.build_opener(handler).open(url, timeout=10) as response:
        return response.read().decode()
