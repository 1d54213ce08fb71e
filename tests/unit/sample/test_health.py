"""When a pod asks for requests, and when not."""

from collections.abc import Callable
from pathlib import Path

from .node_processes import Server, wait_until, write_log

Start = Callable[..., Server]


def ready(server: Server) -> bool:
    return server.get("/healthz/ready")[0].status == 200


def test_a_pod_is_alive_but_not_ready_until_its_data_exists(
    start_server: Start, tmp_path: Path
) -> None:
    server = start_server()
    response, reason = server.get("/healthz/ready")
    assert response.status == 503, "without data the pod must get no requests"
    assert f"{tmp_path}/harbour.log does not exist yet" in reason, "the probe's text says why"
    assert server.get("/healthz/live")[0].status == 200, "waiting for data is no reason to restart"
    write_log(tmp_path)
    wait_until(lambda: ready(server), "a pod with fresh data must become ready")


def test_data_left_by_an_earlier_run_does_not_make_a_pod_ready(
    start_server: Start, tmp_path: Path
) -> None:
    write_log(tmp_path, age_seconds=60)
    server = start_server()
    response, reason = server.get("/healthz/ready")
    assert response.status == 503
    assert "60 s old" in reason, "the probe's text says how old the data is"


def test_a_pod_that_was_ready_stays_ready_when_its_data_stops(
    start_server: Start, tmp_path: Path
) -> None:
    write_log(tmp_path)
    server = start_server()
    assert ready(server)
    (tmp_path / "harbour.log").unlink()
    wait_until(lambda: server.facts()["line"] is None, "the server must notice")
    assert ready(server), "replicas that can still answer must not all leave the service at once"
