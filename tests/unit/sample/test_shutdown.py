"""How the server leaves: no request is lost, and it is gone in time."""

import signal
import socket
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from .node_processes import Server, ask, wait_until, write_log

Start = Callable[..., Server]


def terminate(server: Server) -> float:
    """Sends SIGTERM; returns when the server has taken it, with the time at which it was sent."""
    sent = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.stdout is not None
    while '"draining"' not in (line := server.process.stdout.readline()):
        assert line, "the server must say that it drains"
    return sent


def test_a_draining_server_still_answers_and_asks_clients_to_close(
    start_server: Start, tmp_path: Path
) -> None:
    write_log(tmp_path)
    server = start_server(DRAIN_SECONDS="0.6")
    kept = server.connect()
    first, _ = ask(kept, "/")
    assert first.getheader("Connection") == "keep-alive", "before the signal connections are kept"
    sent = terminate(server)
    for connection in (kept, server.connect()):
        response, body = ask(connection, "/")
        assert (response.status, response.getheader("Connection")) == (200, "close")
        assert body.endswith("</html>\n"), "the response must be whole"
    response, _ = server.get("/healthz/ready")
    assert response.status == 200, "a pod that serves stays ready: it may be the last one"
    code, _ = server.end()
    took = time.monotonic() - sent
    assert code == 0, "an orderly end is no failure"
    assert 0.6 <= took < 1.6, f"the end comes right after the lame duck of 0.6 s, not at {took:.2f}"


def test_a_request_under_way_is_finished_after_the_server_stopped_listening(
    start_server: Start,
) -> None:
    server = start_server(DRAIN_SECONDS="0.1")
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(b"GET /healthz/live HTTP/1.1\r\n")
        # The answer to a later request proves that the server has read the half one.
        server.get("/healthz/live")
        terminate(server)
        wait_until(lambda: refuses(server), "after the lame duck the port must be closed")
        slow.sendall(b"Host: here\r\n\r\n")
        answer = b"".join(iter(lambda: slow.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"alive\n")
    assert b"Connection: close" in answer
    assert server.end()[0] == 0


def refuses(server: Server) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port)).close()
    except ConnectionRefusedError:
        return True
    return False


def test_idle_and_unused_connections_do_not_hold_the_server_up(start_server: Start) -> None:
    server = start_server(DRAIN_SECONDS="0.1")
    idle, unused = server.connect(), server.connect()
    ask(idle, "/healthz/live")
    sent = terminate(server)
    assert server.end()[0] == 0
    assert time.monotonic() - sent < 4, "connections without a request must not delay the end"
    idle.close()
    unused.close()


def test_clients_with_kept_connections_lose_no_request_through_a_drain(
    start_server: Start, tmp_path: Path
) -> None:
    """Clients behave as HTTP asks: they reuse a connection until told that it closes."""
    write_log(tmp_path)
    leaving, staying = start_server(DRAIN_SECONDS="0.5"), start_server()
    drained = threading.Event()
    results: list[tuple[int, bool]] = []
    problems: list[str] = []

    def client() -> None:
        connection: HTTPConnection | None = None
        target = leaving
        while not drained.is_set():
            try:
                connection = connection or target.connect()
                response, body = ask(connection, "/")
                results.append((response.status, bool(body)))
                if response.getheader("Connection") == "close":
                    connection.close()
                    connection = None
                    # What kube-proxy does once it knows: new connections go to other pods.
                    target = staying if leaving_since.is_set() else leaving
            except OSError as error:
                problems.append(repr(error))
                return
            time.sleep(0.01)
        if connection is not None:
            connection.close()

    leaving_since = threading.Event()
    clients = [threading.Thread(target=client) for _ in range(6)]
    for thread in clients:
        thread.start()
    wait_until(lambda: len(results) > 30, "the clients must have begun")
    before = len(results)
    leaving.process.send_signal(signal.SIGTERM)
    # The nodes learn of a leaving pod only after its signal.
    time.sleep(0.2)
    leaving_since.set()
    assert leaving.end()[0] == 0
    drained.set()
    for thread in clients:
        thread.join()
    assert problems == [], "no client may see a reset or an empty answer"
    assert set(results) == {(200, True)}, "every request must be answered"
    assert len(results) - before > 10, "the clients must have asked throughout the drain"


def test_a_second_signal_ends_the_server_at_once(start_server: Start) -> None:
    server = start_server(DRAIN_SECONDS="60")
    sent = terminate(server)
    server.process.send_signal(signal.SIGTERM)
    assert server.end()[0] == 128 + signal.SIGTERM, "the code must tell which signal it was"
    assert time.monotonic() - sent < 4


def test_ctrl_c_ends_the_server_without_a_lame_duck(start_server: Start) -> None:
    server = start_server(DRAIN_SECONDS="60")
    sent = time.monotonic()
    server.process.send_signal(signal.SIGINT)
    assert server.end()[0] == 0
    assert time.monotonic() - sent < 4, "in a terminal nothing could take over: no waiting"
