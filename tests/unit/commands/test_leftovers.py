"""Belongs here: containers that a killed run made, and that no state knows."""

import pytest

from commands.errors import CommandError
from commands.recovery import leftovers
from tests.unit.commands.fakes import Program, deployment, resource

_ALLOCATION = resource("pulumi-python:dynamic/slipway:Allocation", "l", outputs={"mark": "abc"})
_KNOWN = resource("docker:index/container:Container", "registry", id="c" * 64)
_LISTING = "ps --all --quiet --no-trunc --filter label=slipway.dev/mark=abc"


def test_only_containers_with_the_mark_that_the_state_does_not_know_are_removed(
    docker: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    docker.answers("ps", f"{'c' * 64}\n{'d' * 64}\n{'e' * 64}\n")
    leftovers.remove(deployment(_ALLOCATION, _KNOWN))
    assert docker.calls == [_LISTING, f"rm --force {'d' * 64} {'e' * 64}"]
    assert "removing 2 container(s)" in capsys.readouterr().out


def test_what_the_state_knows_stays(docker: Program, capsys: pytest.CaptureFixture[str]) -> None:
    docker.answers("ps", f"{'c' * 64}\n")
    leftovers.remove(deployment(_ALLOCATION, _KNOWN))
    assert docker.calls == [_LISTING]
    assert capsys.readouterr().out == ""


def test_without_a_mark_docker_is_not_called(docker: Program) -> None:
    leftovers.remove(deployment(_KNOWN))
    assert docker.calls == []


def test_an_engine_that_does_not_answer_is_reported_with_the_next_command(docker: Program) -> None:
    docker.answers("ps", code=1, error="Cannot connect to the Docker daemon.\n")
    with pytest.raises(CommandError) as raised:
        leftovers.remove(deployment(_ALLOCATION))
    assert "Cannot connect to the Docker daemon." in str(raised.value)
    assert str(raised.value).endswith("\n  next: make doctor")
