"""Belongs here: operations that a killed run left pending."""

import json

import pytest

from commands.recovery import recover
from commands.stack import Stack
from tests.unit.commands.fakes import Program, as_text, deployment, resource

_DEPLOYMENT = resource("kubernetes:apps/v1:Deployment", "web", outputs={"secret": {"4dab": "x"}})
_REST = {"manifest": {"magic": "m"}, "secrets_providers": {"type": "passphrase"}}


def test_pending_operations_are_named_and_dropped_and_all_else_is_kept(
    stack: Stack, pulumi: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    operations = [
        {"type": "creating", "resource": resource("docker:index/image:Image", "hello")},
        {"type": "updating", "resource": _DEPLOYMENT},
    ]
    exported = deployment(_DEPLOYMENT, **_REST, pending_operations=operations)
    pulumi.answers("stack export", as_text(exported))
    pulumi.answers("stack import", reads=True)

    recover(stack)

    assert json.loads(pulumi.stdin.read_text()) == deployment(_DEPLOYMENT, **_REST)
    assert "doing again: creating hello, updating web\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    "operations", [{}, {"pending_operations": None}, {"pending_operations": []}]
)
def test_a_state_without_any_is_not_written(
    stack: Stack,
    pulumi: Program,
    capsys: pytest.CaptureFixture[str],
    operations: dict[str, object],
) -> None:
    pulumi.answers("stack export", as_text(deployment(_DEPLOYMENT, **operations)))
    recover(stack)
    assert [call.split()[1] for call in pulumi.calls] == ["export"]
    assert capsys.readouterr().out == ""
