"""Belongs here: the steps of `make up` and `make preview`, and how an engine's absence shows."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from commands.docker import docker as ask_docker
from commands.docker import rows
from commands.errors import CommandError
from commands.preview import preview
from commands.stack import Stack
from commands.up import up
from tests.unit.commands.fakes import Program, as_text, deployed, deployment, resource

_MARK = resource("pulumi-python:dynamic/slipway:Allocation", "l", outputs={"mark": "abc"})


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """The address of an application that answers."""
    with HTTPServer(("127.0.0.1", 0), _Hello) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()


def test_up_selects_recovers_deploys_and_ends_with_the_url(
    stack: Stack, pulumi: Program, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", as_text(deployed(url=url)))
    up(stack)
    assert [" ".join(call.split()[:2]) for call in pulumi.calls] == [
        "stack select",
        "stack export",
        "up --yes",
        "stack export",
    ]
    assert capsys.readouterr().out == f"{url}\n"


def test_up_of_an_application_without_an_address_prints_none(
    stack: Stack, pulumi: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", as_text(deployed()))
    up(stack)
    assert capsys.readouterr().out == ""


_SERVICE = resource("kubernetes:core/v1:Service", "web")


@pytest.mark.parametrize(
    ("resources", "advice"), [([_SERVICE], "make open STACK=kind"), ([], "make status STACK=kind")]
)
def test_up_of_applications_that_are_not_exposed_waits_for_none(
    stack: Stack,
    pulumi: Program,
    capsys: pytest.CaptureFixture[str],
    resources: list[dict[str, object]],
    advice: str,
) -> None:
    state = deployed(*resources, url="http://web.slipway-kind.svc")
    pulumi.answers("stack export", as_text(state))
    start = time.monotonic()
    up(stack)
    assert time.monotonic() - start < 5
    shown = capsys.readouterr().out
    assert shown.startswith("deployed; ")
    assert f"\n  next: {advice}" in shown


def test_up_ends_well_where_the_address_cannot_be_reached_yet(
    stack: Stack,
    pulumi: Program,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "commands.up.wait_for_answer", lambda *_, **__: "no answer within 60 s: refused"
    )
    pulumi.answers("stack export", as_text(deployed(url="http://lb.example")))
    up(stack)
    shown = capsys.readouterr().out
    assert "http://lb.example cannot be reached from here yet: no answer within 60 s" in shown
    assert "\n  next: curl --head http://lb.example, or make open STACK=kind" in shown


@pytest.mark.parametrize(("before", "seconds"), [("", 300), ("http://lb.example", 60)])
def test_up_waits_longer_for_an_address_that_it_gave(
    stack: Stack,
    pulumi: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    seconds: float,
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("commands.up.wait_for_answer", lambda *given, **_: waits.append(given[2]))
    first, last = tmp_path / "first", tmp_path / "last"
    first.write_text(as_text(deployed(**({"url": before} if before else {}))))
    last.write_text(as_text(deployed(url="http://lb.example")))
    pulumi.does("up", f"touch '{tmp_path}/deployed'")
    pulumi.does("stack export", f"[ -e '{tmp_path}/deployed' ] && cat '{last}' || cat '{first}'")
    up(stack)
    assert waits == [seconds]


def test_an_up_that_fails_prints_no_url(
    stack: Stack, pulumi: Program, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", as_text(deployed(url=url)))
    pulumi.answers("up", code=4)
    with pytest.raises(CommandError) as raised:
        up(stack)
    assert raised.value.code == 4
    assert capsys.readouterr().out == ""


def test_preview_needs_no_engine_and_writes_no_state(
    stack: Stack, pulumi: Program, docker: Program
) -> None:
    preview(stack)
    assert [" ".join(call.split()[:2]) for call in pulumi.calls] == [
        "stack select",
        "stack export",
        "preview --stack",
    ]
    assert docker.calls == []


def test_a_stopped_engine_is_one_message_in_time_before_anything_is_deployed(
    stack: Stack, pulumi: Program, docker: Program
) -> None:
    pulumi.answers("stack export", as_text(deployment(_MARK)))
    docker.answers("ps", code=1, error="Cannot connect to the Docker daemon at unix:///x.sock.\n")
    start = time.monotonic()
    with pytest.raises(CommandError) as raised:
        up(stack)
    assert time.monotonic() - start < 5
    assert "Cannot connect to the Docker daemon" in str(raised.value)
    assert str(raised.value).endswith("\n  next: make doctor")
    assert not any(call.startswith("up") for call in pulumi.calls)


def test_an_engine_that_hangs_is_given_up(docker: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.docker._SECONDS", 0.2)
    docker.does("ps", "exec sleep 30")
    with pytest.raises(CommandError, match=r"`docker ps`: .*timed out .*\n  next: make doctor"):
        ask_docker("ps")


def test_without_a_docker_client_doctor_is_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"docker.*\n  next: make doctor"):
        ask_docker("ps")


def test_a_listing_is_read_line_by_line(docker: Program) -> None:
    docker.answers("ps --all --format {{json .}}", '{"Names": "a"}\n{"Names": "b"}\n')
    assert [row["Names"] for row in rows("ps", "--all")] == ["a", "b"]
