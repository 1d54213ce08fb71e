"""Where the addresses of minikube's nodes cannot be reached from this machine."""

import sys

import pytest

from components.minikube.reach import unreachable_because
from tests.unit.components.doubles.machine import Machine


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("WSL_DISTRO_NAME", "WSLPATH", "WSLENV", "DOCKER_HOST"):
        monkeypatch.delenv(name, raising=False)


def test_a_docker_engine_on_linux_has_nodes_that_are_reached(machine: Machine) -> None:
    assert unreachable_because(machine.runner()) is None

    machine.engine.security = None
    assert unreachable_because(machine.runner()) is None


def test_another_system_than_linux_is_named_without_asking_docker(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert "virtual machine" in str(unreachable_because(machine.runner()))
    assert machine.commands == []


@pytest.mark.parametrize("name", ["WSL_DISTRO_NAME", "WSLPATH", "WSLENV"])
def test_wsl_is_named(machine: Machine, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "Debian")

    assert unreachable_because(machine.runner()) == "this is WSL"


def test_docker_desktop_on_linux_is_named(machine: Machine) -> None:
    machine.engine.operating_system = "Docker Desktop"

    assert "Docker Desktop" in str(unreachable_because(machine.runner()))


def test_rootless_docker_is_named(machine: Machine) -> None:
    machine.engine.security = ["name=seccomp,profile=builtin", "name=rootless"]

    assert unreachable_because(machine.runner()) == "Docker is rootless"


@pytest.mark.parametrize(
    ("host", "is_other"),
    [
        ("tcp://build.example:2376", True),
        ("ssh://me@build.example", True),
        ("unix:///var/run/docker.sock", False),
        ("tcp://127.0.0.1:2375", False),
    ],
)
def test_a_docker_engine_of_another_machine_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, host: str, is_other: bool
) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)

    assert (unreachable_because(machine.runner()) is not None) == is_other


def test_a_docker_engine_that_does_not_answer_is_reported_elsewhere(machine: Machine) -> None:
    machine.engine.runs = False

    assert unreachable_because(machine.runner()) is None
