"""Asking for an engine with a Docker client of the test's own.

Belongs here: how the client's answers, silence and absence are understood.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from toolchain.engine import Engine, probe
from toolchain.engine.client import Silence, ask

Client = Callable[[str], None]


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DOCKER_HOST", "unix:///some.sock")

    def install(script: str) -> None:
        program = tmp_path / "docker"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return install


def test_an_answer_names_the_version_and_the_address(client: Client) -> None:
    client("echo 28.2.2")
    assert probe() == Engine("28.2.2", "running already", "unix:///some.sock")


def test_the_current_context_counts_where_no_host_is_named(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCKER_HOST")
    client('case "$1" in context) echo unix:///context.sock;; *) echo 28.2.2;; esac')
    engine = probe()
    assert engine is not None
    assert engine.host == "unix:///context.sock"


@pytest.mark.parametrize(
    ("complaint", "problem"),
    [
        ("Cannot connect to the Docker daemon. Is it running?", "no answer"),
        ("Got permission denied while trying to connect to the socket", "not allowed"),
    ],
)
def test_a_complaint_of_the_client_says_why(client: Client, complaint: str, problem: str) -> None:
    client(f"echo '{complaint}' >&2; exit 1")
    assert ask(2) == Silence(problem, "unix:///some.sock", complaint)  # type: ignore[arg-type]
    assert probe() is None


def test_an_engine_that_hangs_is_given_up_in_time(client: Client) -> None:
    client("exec sleep 30")
    began = time.monotonic()
    answer = ask(0.3)
    assert isinstance(answer, Silence)
    assert answer.problem == "too slow"
    assert time.monotonic() - began < 5


def test_without_a_client_no_engine_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = ask(1)
    assert isinstance(answer, Silence)
    assert answer.problem == "no client"
