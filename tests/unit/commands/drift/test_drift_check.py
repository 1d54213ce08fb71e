"""Belongs here: `make drift`, which compares without an update."""

import json
from typing import Any

import pytest

from commands.cli import main
from commands.drift_check import drift_check
from commands.errors import CommandError
from commands.stack import Stack
from tests.unit.commands.drift import objects
from tests.unit.commands.drift.objects import live, write
from tests.unit.commands.drift.states import state_of
from tests.unit.commands.fakes import Program, as_text

_HERE = "--context kind-slipway-kind"
_GET = f"{_HERE} --request-timeout=10s get --filename=-"
_APPLY = f"{_HERE} apply"


def _cluster(*found: dict[str, Any]) -> str:
    system = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}}
    system["metadata"]["uid"] = "uid-1"  # pyright: ignore[reportIndexIssue]
    return json.dumps({"items": [system, *found]})


@pytest.fixture
def kubectl(programs: Any, pulumi: Program) -> Program:
    program = Program(programs, "kubectl")
    program.answers(_APPLY, reads=True)
    pulumi.answers("stack export", as_text(state_of(*objects.ALL)))
    return program


def _scaled() -> list[dict[str, Any]]:
    current = [live(each) for each in objects.ALL]
    for each in current:
        if each["kind"] == "Deployment":
            write(each, "spec/replicas", 7)
    return current


def test_a_cluster_as_it_was_deployed_is_reported_so(
    stack: Stack, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.answers(_GET, _cluster(*map(live, objects.ALL)), reads=True)

    drift_check(stack, fix=None)

    assert "the cluster has what the stack kind deployed" in capsys.readouterr().out


def test_a_change_by_hand_is_reported_and_is_an_exit_code_of_its_own(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.answers(_GET, _cluster(*_scaled()), reads=True)

    with pytest.raises(CommandError, match="1 object differs from what the stack kind") as error:
        drift_check(stack, fix=None)

    assert error.value.code == 3
    assert "spec.replicas was changed from" in capsys.readouterr().out
    assert str(error.value).count("sets that back") == 1
    assert not any(call.startswith(_APPLY) for call in kubectl.calls)
    assert not any(call.startswith("up") for call in pulumi.calls)


def test_a_change_by_hand_is_set_back_without_an_update(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.answers(_GET, _cluster(*_scaled()), reads=True)

    drift_check(stack, fix="cluster")

    out = capsys.readouterr().out
    assert "set back to" in out
    assert "the cluster has what the stack kind deployed" in out
    assert any(call.startswith(_APPLY) for call in kubectl.calls)
    assert any("rollout status" in call for call in kubectl.calls)
    assert not any(call.startswith("up") for call in pulumi.calls)


def test_a_cluster_that_does_not_answer_is_no_cluster_without_changes(
    stack: Stack, kubectl: Program
) -> None:
    with pytest.raises(CommandError, match="does not answer, so nothing is known") as error:
        drift_check(stack, fix=None)

    assert error.value.code == 1


def test_only_the_cluster_can_be_fixed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["drift", "--fix", "everything"])

    assert "invalid choice: 'everything'" in capsys.readouterr().err
