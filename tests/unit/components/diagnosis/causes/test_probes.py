"""Belongs here: causes of a container that runs and is not ready, by the answers of its probe."""

import pytest

from components.diagnosis import refined, troubles
from components.k8s.objects import Manifest
from tests.unit.components.diagnosis.scenes import (
    About,
    Scene,
    end,
    event,
    pod,
    running,
    terminated,
)

_PLACE = "web: container web of pod web-5d8-x2x4q on worker-2 "
_GET = 'Get "http://10.244.1.2:8080/healthz": '


def _unready(*messages: str) -> Scene:
    events = [
        event("Unhealthy", message, About(seconds=number))
        for number, message in enumerate(messages)
    ]
    return Scene([pod(running(1))], events=events)


@pytest.mark.parametrize(
    ("message", "cause", "line"),
    [
        (
            f"Startup probe failed: {_GET}dial tcp 10.244.1.2:8080: connect: connection refused",
            "probe-refused",
            "runs, but does not listen on port 8080: its startup probe is refused",
        ),
        (
            f"Readiness probe failed: {_GET}context deadline exceeded (Client.Timeout exceeded)",
            "probe-timeout",
            "runs, but does not answer its readiness probe (http GET :8080/healthz) within 2 s",
        ),
        (
            "Readiness probe failed: HTTP probe failed with statuscode: 404",
            "probe-404",
            "answers its readiness probe (http GET :8080/healthz) with HTTP status 404",
        ),
        (
            "Startup probe failed: HTTP probe failed with statuscode: 500",
            "probe-500",
            "answers its startup probe (http GET :8080/healthz) with HTTP status 500",
        ),
        (
            "Readiness probe failed: HTTP probe failed with statuscode: 400",
            "probe-400",
            "answers its readiness probe (http GET :8080/healthz) with HTTP status 400",
        ),
        (
            "Readiness probe failed: HTTP probe failed with statuscode: 401",
            "probe-status",
            "answers its readiness probe (http GET :8080/healthz) with HTTP status 401",
        ),
        (
            'Readiness probe failed: service unhealthy (responded with "NOT_SERVING")',
            "probe-grpc",
            "does not pass its readiness probe (http GET :8080/healthz)",
        ),
        (
            "Readiness probe failed: cat: /tmp/ready: No such file or directory",
            "probe-failed",
            "does not pass its readiness probe (http GET :8080/healthz)",
        ),
    ],
)
def test_the_answer_of_a_probe_is_a_cause(message: str, cause: str, line: str) -> None:
    trouble = troubles(_unready(message).reading())[0]
    assert (trouble.cause, trouble.first_line) == (cause, _PLACE + line)


def test_the_last_answer_counts_and_liveness_does_not() -> None:
    scene = _unready(
        "Startup probe failed: HTTP probe failed with statuscode: 503",
        "Readiness probe failed: HTTP probe failed with statuscode: 404",
        "Liveness probe failed: HTTP probe failed with statuscode: 500",
    )
    assert troubles(scene.reading())[0].cause == "probe-404"


def test_a_container_without_an_answer_is_slow() -> None:
    trouble = troubles(_unready().reading())[0]
    assert trouble.cause == "slow-start"
    assert "`startupSeconds: 120`" in trouble.next_step


def test_a_container_that_its_startup_probe_ended_did_not_end_by_itself() -> None:
    events = [
        event(
            "Killing", "Container web failed startup probe, will be restarted", About(seconds=61)
        ),
        event("Unhealthy", "Startup probe failed: HTTP probe failed with statuscode: 500"),
    ]
    ended: Manifest = terminated(end(143, at_seconds=61, ran=60))
    assert troubles(Scene([pod(ended)], events=events).reading(62))[0].cause == "probe-500"


@pytest.mark.parametrize(
    "line",
    [
        "Listening on http://0.0.0.0:3000",
        "server running on port 3000",
        "INFO: Uvicorn running on http://0.0.0.0:3000 (Press CTRL+C to quit)",
        "2026/11/30 12:00:01 started at :3000",
    ],
)
def test_a_log_that_names_another_port_explains_a_refused_probe(line: str) -> None:
    refused = "Startup probe failed: dial tcp 10.244.1.2:8080: connect: connection refused"
    trouble = refined(troubles(_unready(refused).reading())[0], ["begin", line])
    assert trouble.cause == "probe-port"
    assert trouble.first_line == (
        f"{_PLACE}listens on port 3000, and its startup probe asks port 8080"
    )


def test_a_log_that_names_the_port_of_the_probe_explains_nothing() -> None:
    refused = "Startup probe failed: dial tcp 10.244.1.2:8080: connect: connection refused"
    lines = ["admin listens on :9090", "listening on 127.0.0.1:8080"]
    assert refined(troubles(_unready(refused).reading())[0], lines).cause == "probe-refused"
