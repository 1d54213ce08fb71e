"""The platform of Docker's containers, which may be another one than Python's."""

import platform
import sys
from dataclasses import dataclass, field

import pytest

from components.machine.platform import docker_platform
from components.machine.runner import CommandError, Runner


@dataclass(frozen=True)
class Docker(Runner):
    """A Docker of an architecture, or one that does not answer."""

    architecture: str = ""
    queries: list[str] = field(default_factory=list[str], compare=False)

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        self.queries.append(" ".join(command))
        if not self.architecture:
            raise CommandError("docker version", "failed with exit code 1", "")
        return f"{self.architecture}\n"

    def __hash__(self) -> int:
        return id(self)


@pytest.fixture(autouse=True)
def _python_of_an_intel_processor_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("variable", ["DOCKER_HOST", "DOCKER_CONTEXT"])
def test_a_docker_that_is_elsewhere_is_asked_once(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "another")
    docker = Docker(architecture="arm64")

    assert [docker_platform(docker), docker_platform(docker)] == ["linux/arm64"] * 2
    assert docker.queries == ["docker version --format {{.Server.Arch}}"]


def test_a_python_that_is_translated_builds_for_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert docker_platform(Docker(architecture="arm64")) == "linux/arm64"


def test_the_docker_of_this_kernel_is_not_asked_as_that_takes_time() -> None:
    docker = Docker(architecture="arm64")

    assert docker_platform(docker) == "linux/amd64"
    assert docker.queries == []


def test_where_docker_does_not_answer_or_may_not_be_asked_it_is_that_of_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere")

    assert docker_platform(Docker()) == "linux/amd64"
    assert docker_platform(None) == "linux/amd64"
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert docker_platform(None) == "linux/arm64"
