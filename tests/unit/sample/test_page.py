"""What visitors and programs are shown."""

import http.client
import socket
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from .node_processes import FIRST_LINE, Server, ask, write_log

Start = Callable[..., Server]
HOSTILE = '"><script>alert(1)</script>{{node}}$&[[style]]'


class Page(HTMLParser):
    """The text and attribute values of a page as a browser reads them, and its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_pod_node_namespace_address_version_and_data_line(
    start_server: Start, tmp_path: Path
) -> None:
    write_log(tmp_path)
    server = start_server(
        POD_NAME="web-5d8-x2x4q",
        NODE_NAME="worker-7",
        POD_NAMESPACE="harbour",
        POD_IP="10.244.3.9",
        VERSION="4.5.6",
    )
    response, body = server.get("/")
    assert response.getheader("Content-Type") == "text/html; charset=utf-8"
    text = Page(body).text
    for fact in ("web-5d8-x2x4q", "worker-7", "harbour", "10.244.3.9", "4.5.6", FIRST_LINE):
        assert fact in text, f"the page must show {fact}"


def test_the_api_gives_the_facts_as_json_on_a_connection_of_its_own(
    start_server: Start, tmp_path: Path
) -> None:
    write_log(tmp_path, age_seconds=3)
    server = start_server(POD_NAME="web-1", NODE_NAME="n", POD_NAMESPACE="s", POD_IP="10.0.0.1")
    assert server.get("/api")[0].getheader("Connection") == "close", (
        "a kept connection stays with one pod: each answer must come on a new one"
    )
    facts = server.facts()
    age, uptime = facts.pop("lineAgeSeconds"), facts.pop("uptimeSeconds")
    assert isinstance(age, float | int)
    assert 3 <= age < 8
    assert isinstance(uptime, int)
    assert 0 <= uptime < 8
    assert facts == {
        "pod": "web-1",
        "node": "n",
        "namespace": "s",
        "ip": "10.0.0.1",
        "version": (Path(__file__).parents[3] / "app/VERSION").read_text().strip(),
        "line": FIRST_LINE,
        "requests": 2,
    }


def test_probes_are_not_counted_as_requests(start_server: Start, tmp_path: Path) -> None:
    write_log(tmp_path)
    server = start_server()
    for path in ("/healthz/live", "/healthz/ready", "/healthz/ready"):
        server.get(path)
    assert server.facts()["requests"] == 1, "probes would drown what visitors did"


def test_hostile_values_stay_text(start_server: Start, tmp_path: Path) -> None:
    write_log(tmp_path, HOSTILE)
    names = ("POD_NAME", "NODE_NAME", "POD_NAMESPACE", "POD_IP", "VERSION")
    server = start_server(**dict.fromkeys(names, HOSTILE))
    response, body = server.get("/")
    page = Page(body)
    assert "<script>alert" not in body, "a value must never become an element"
    assert page.tags.count("script") == 1, "the page has one script, its own"
    assert page.text.count(HOSTILE) >= len(names) + 1, "values are shown exactly as they are"
    assert ("data-pod", HOSTILE) in page.attributes, "attribute values are not broken out of"
    policy = response.getheader("Content-Security-Policy") or ""
    assert "script-src 'sha256-" in policy, "any script but the page's own must be refused"


def test_the_page_asks_nothing_of_other_machines(start_server: Start) -> None:
    response, body = start_server().get("/")
    links = [v for name, v in Page(body).attributes if name in ("src", "href", "action")]
    outside = [link for link in links if "//" in link.replace("http://www.w3.org/2000/svg", "")]
    assert links, "the page has links, or this test looks in the wrong place"
    assert outside == [], "the page must work without the internet"
    assert "default-src 'none'" in (response.getheader("Content-Security-Policy") or "")


def test_the_page_is_shown_before_there_is_data(start_server: Start) -> None:
    server = start_server()
    response, body = server.get("/")
    assert response.status == 200
    assert "Nothing in the log yet." in Page(body).text
    facts = server.facts()
    assert (facts["line"], facts["lineAgeSeconds"]) == (None, None)


def test_other_paths_and_methods_are_refused_in_words(start_server: Start) -> None:
    server = start_server()
    assert server.get("/nothing?here")[0].status == 404
    assert server.get("/constructor")[0].status == 404, "names of JavaScript's own are no pages"
    response, _ = server.get("/", "DELETE")
    assert (response.status, response.getheader("Allow")) == (405, "GET, HEAD")
    head, body = server.get("/", "HEAD")
    assert (head.status, body) == (200, "")


def test_clients_that_break_off_or_talk_nonsense_do_not_end_the_server(
    start_server: Start,
) -> None:
    server = start_server()
    for words in (b"GET / HTTP/1.1\r\nHo", b"\x16\x03\x01nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n"):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(words)
            # Lingering for 0 s makes the close a reset, the rudest way to leave.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection = server.connect()
    assert ask(connection, "/")[0].status == http.client.OK
    assert ask(connection, "/healthz/live")[0].status == http.client.OK, "kept connections serve on"
    connection.close()
