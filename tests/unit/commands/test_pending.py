"""Belongs here: operations that a killed run left pending."""

import json
from typing import Any

import pytest

from commands.errors import CommandError
from commands.recovery import recover
from commands.stack import Stack
from tests.unit.commands.fakes import Program, as_text, deployment, resource

_MANAGER = {"metadata": {"annotations": {"pulumi.com/patchFieldManager": "slipway-slipway-kind"}}}
_DEPLOYMENT = resource(
    "kubernetes:apps/v1:Deployment", "web", inputs=_MANAGER, outputs={"secret": {"4dab": "x"}}
)
_MARK = [{"label": "slipway.dev/mark", "value": "abc"}]
_CONTAINER = "docker:index/container:Container"
_DATABASE = resource("aws:rds/instance:Instance", "data")
_REST = {"manifest": {"magic": "m"}, "secrets_providers": {"type": "passphrase"}}
_OWN = [
    resource("docker:index/image:Image", "hello"),
    resource("docker:index/volume:Volume", "registry"),
    resource(_CONTAINER, "registry", inputs={"labels": _MARK}),
    resource("pulumi-python:dynamic/slipway:Cluster", "cluster"),
    resource("pulumi:providers:kubernetes", "cluster"),
    resource("slipway:index:App", "hello", custom=False),
    _DEPLOYMENT,
]
_FOREIGN = [
    _DATABASE,
    resource(_CONTAINER, "database"),
    resource(_CONTAINER, "database", inputs={"labels": [{"label": "a", "value": "b"}]}),
    resource("docker:index/network:Network", "net"),
    resource("kubernetes:apps/v1:Deployment", "web"),
    resource("kubernetes:core/v1:Pod", "p", inputs={"metadata": {"annotations": {"a": "b"}}}),
    resource(
        "kubernetes:core/v1:Pod", "p", inputs={"metadata": "4dabf18193072939515e22adb298388d"}
    ),
    resource("kubernetes:helm.sh/v3:Release", "chart"),
    resource("pulumi-python:dynamic:Resource", "own"),
]


def _pending(kind: str, *resources: dict[str, Any]) -> dict[str, Any]:
    operations = [{"type": kind, "resource": entry} for entry in resources]
    return deployment(_DEPLOYMENT, **_REST, pending_operations=operations)


def _changes(pulumi: Program) -> list[str]:
    return [call for call in pulumi.calls if not call.startswith("stack export")]


def test_pending_operations_are_named_and_dropped_and_all_else_is_kept(
    stack: Stack, pulumi: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = _pending("creating", *_OWN)
    exported["deployment"]["pending_operations"][-1]["type"] = "updating"
    pulumi.answers("stack export", as_text(exported))
    pulumi.answers("stack import", reads=True)

    recovered = recover(stack)

    assert json.loads(pulumi.stdin.read_text()) == deployment(_DEPLOYMENT, **_REST)
    assert recovered.state == deployment(_DEPLOYMENT, **_REST)
    assert recovered.interrupted == {entry["urn"] for entry in _OWN}
    assert (
        "doing again: creating hello, creating registry, creating registry, creating cluster, "
        "creating cluster, creating hello, updating web\n"
    ) in capsys.readouterr().out


@pytest.mark.parametrize("foreign", _FOREIGN, ids=lambda entry: str(entry["type"]))
@pytest.mark.parametrize("kind", ["creating", "importing", "reading"])
def test_an_interrupted_creation_of_another_type_is_left_to_the_user(
    stack: Stack, pulumi: Program, docker: Program, kind: str, foreign: dict[str, Any]
) -> None:
    """An `up` would create it a second time, and `stack import` drops every pending operation."""
    pulumi.answers("stack export", as_text(_pending(kind, _OWN[0], foreign)))
    with pytest.raises(CommandError) as raised:
        recover(stack)
    assert f"\n  {kind} {foreign['type']} {foreign['urn']}\n" in str(raised.value)
    assert _OWN[0]["urn"] not in str(raised.value)
    assert "\n  next: `pulumi refresh --stack kind`" in str(raised.value)
    assert _changes(pulumi) == []
    assert docker.calls == []


@pytest.mark.parametrize("kind", ["updating", "deleting"])
def test_another_interrupted_operation_is_named_and_left_to_pulumi(
    stack: Stack, pulumi: Program, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The resource is in the state, so that Pulumi updates or deletes it again."""
    pulumi.answers("stack export", as_text(_pending(kind, _DATABASE, _DEPLOYMENT)))
    recover(stack)
    assert f"\n  {kind} aws:rds/instance:Instance {_DATABASE['urn']}\n" in capsys.readouterr().out
    assert _changes(pulumi) == []


def test_in_a_state_of_an_earlier_version_refresh_is_not_the_advice(
    stack: Stack, pulumi: Program
) -> None:
    state = _pending("creating", _DATABASE)
    old = {"__provider": "pickled by an earlier version"}
    state["deployment"]["resources"].append(
        resource("pulumi-python:dynamic/slipway:HashKey", "key", inputs=old)
    )
    pulumi.answers("stack export", as_text(state))
    with pytest.raises(CommandError, match=r"export --stack kind \| pulumi stack import"):
        recover(stack)
    assert _changes(pulumi) == []


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
