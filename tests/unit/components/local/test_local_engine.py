"""The container engine: whether it answers, and what it knows."""

import socket
import sys
import time
from pathlib import Path

import pytest

from components.local.engine import inspect, inspect_all, require_engine
from components.local.runner import CommandError, LocalError, Runner
from tests.unit.components.local.engine_double import Container
from tests.unit.components.local.machine import Machine


def _docker(folder: Path, script: str) -> dict[str, str]:
    """An environment whose `docker` is a script."""
    path = folder / "docker"
    path.write_text(f"#!{sys.executable}\n{script}\n")
    path.chmod(0o755)
    return {"PATH": str(folder)}


def test_an_engine_that_answers_is_enough(machine: Machine) -> None:
    require_engine(machine.runner())


def test_a_stopped_engine_is_told_with_what_starts_it(machine: Machine) -> None:
    machine.engine.runs = False

    with pytest.raises(LocalError) as caught:
        require_engine(machine.runner())

    message = str(caught.value)
    assert message.startswith("the Docker Engine does not answer")
    assert "`make setup`" in message
    assert "Cannot connect to the Docker daemon" in message


def test_an_engine_that_accepts_and_says_nothing_is_told_within_five_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = tmp_path / "engine.sock"
    script = (
        "import os, socket\n"
        "engine = socket.socket(socket.AF_UNIX)\n"
        "engine.connect(os.environ['DOCKER_HOST'].removeprefix('unix://'))\n"
        "engine.recv(1)"
    )
    environment = _docker(tmp_path, script)
    monkeypatch.setenv("PATH", environment["PATH"])
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(address))
        server.listen()
        started = time.monotonic()
        with pytest.raises(LocalError, match="the Docker Engine does not answer"):
            require_engine(Runner({"DOCKER_HOST": f"unix://{address}"}))

    assert time.monotonic() - started < 5


def test_a_machine_without_docker_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LocalError, match=r"does not answer.*(?s:.*)no such command"):
        require_engine(Runner())


@pytest.mark.parametrize("kind", ["container", "network", "volume"])
def test_what_does_not_exist_is_none(machine: Machine, kind: str) -> None:
    assert inspect(machine.runner(), kind, "nothing") is None


def test_an_engine_that_cannot_say_is_no_none(machine: Machine) -> None:
    machine.engine.runs = False

    with pytest.raises(CommandError):
        inspect(machine.runner(), "network", "nothing")


def test_containers_are_found_by_label_running_or_not(machine: Machine) -> None:
    machine.engine.containers.update(
        one=Container(labels={"a": "b"}),
        two=Container(labels={"a": "b"}, running=False),
        other=Container(labels={"a": "c"}),
    )

    names = [found["Name"] for found in inspect_all(machine.runner(), "a=b")]

    assert names == ["/one", "/two"]
    assert list(inspect_all(machine.runner(), "a=nothing")) == []
