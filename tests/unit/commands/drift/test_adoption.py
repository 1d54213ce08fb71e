"""Belongs here: how the stack takes over what was changed by hand, and `make drift FIX=file`."""

import copy
import json
import shlex
from typing import Any

import pytest

from commands.drift.managers import without
from commands.drift.path import Item
from commands.drift_check import drift_check
from commands.errors import CommandError
from commands.stack import Stack
from tests.unit.commands.drift import objects
from tests.unit.commands.drift.objects import live, write
from tests.unit.commands.drift.states import state_of
from tests.unit.commands.fakes import Program, as_text

_HERE = "--context kind-slipway-kind --request-timeout=10s"
_IMAGE = "spec/template/spec/containers/0/image"


def _cluster(*found: dict[str, Any]) -> str:
    system = {"apiVersion": "v1", "kind": "Namespace"}
    identity = {**system, "metadata": {"name": "kube-system", "uid": "uid-1"}}
    return json.dumps({"items": [identity, *found]})


@pytest.fixture
def scaled() -> dict[str, Any]:
    """A Deployment of which the replicas and the image were changed by hand."""
    current = live(objects.DEPLOYMENT)
    write(current, "spec/replicas", 7, manager="kubectl")
    write(current, _IMAGE, "other:1", manager="kubectl-set")
    return current


@pytest.fixture
def kubectl(programs: Any, pulumi: Program, scaled: dict[str, Any]) -> Program:
    program = Program(programs, "kubectl")
    state = state_of(objects.DEPLOYMENT)
    resource = state["deployment"]["resources"][-1]
    resource["outputs"] = {**objects.DEPLOYMENT, "__inputs": objects.DEPLOYMENT}
    pulumi.answers("stack export", as_text(state))
    pulumi.answers("stack import", reads=True)
    program.answers(f"{_HERE} get --filename=-", _cluster(scaled), reads=True)
    folder = shlex.quote(str(program.stdin.parent))
    program.does(f"{_HERE} patch", f"cat > {folder}/patch")
    program.answers("--context kind-slipway-kind apply", reads=True)
    return program


@pytest.fixture
def python(programs: Any, kubectl: Program) -> Program:
    """What judges the proposals: the first one is written."""
    assert not kubectl.calls
    program = Program(programs, "python")
    answers = [{"settings": ["slipway:app.replicas"]}]
    program.answers("-m stacks.write_back", json.dumps(answers), reads=True)
    return program


def test_what_the_file_has_now_becomes_the_stacks_own(
    stack: Stack,
    pulumi: Program,
    kubectl: Program,
    python: Program,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(CommandError, match=r"1 difference is not in Pulumi\.kind\.yaml") as error:
        drift_check(stack, fix="file")

    assert error.value.code == 3
    (sent,) = json.loads(python.stdin.read_text())
    assert (sent["declared"], sent["live"]) == (3, 7)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("; written to Pulumi.kind.yaml as slipway:app.replicas")
    assert "by kubectl " in lines[0]
    assert "; not written: an image by a tag" in lines[1]
    _, operation = json.loads((kubectl.stdin.parent / "patch").read_text())
    assert operation == {"op": "remove", "path": "/metadata/managedFields/1"}
    (applied,) = json.loads(kubectl.stdin.read_text())["items"]
    assert applied["spec"]["replicas"] == 7
    (container,) = applied["spec"]["template"]["spec"]["containers"]
    assert "image" not in container, "another's field is neither set back nor taken"
    assert container["name"] == "web"
    (_, _, resource) = json.loads(pulumi.stdin.read_text())["deployment"]["resources"]
    expected = copy.deepcopy(objects.DEPLOYMENT)
    expected["spec"]["replicas"] = 7
    assert resource["inputs"] == expected
    assert resource["outputs"] == {**expected, "__inputs": expected}


def test_nothing_is_changed_where_the_stack_file_is_wrong(
    stack: Stack, kubectl: Program, python: Program, pulumi: Program
) -> None:
    python.answers("-m stacks.write_back", code=1, error="app.replicas: -1 is not accepted")

    with pytest.raises(CommandError, match=r"nothing was written: app\.replicas: -1"):
        drift_check(stack, fix="file")

    assert not any("apply" in call or "patch" in call for call in kubectl.calls)
    assert not any(call.startswith("stack import") for call in pulumi.calls)


def test_without_changes_nothing_is_asked_and_nothing_written(
    stack: Stack, kubectl: Program, python: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.answers(f"{_HERE} get --filename=-", _cluster(live(objects.DEPLOYMENT)), reads=True)

    drift_check(stack, fix="file")

    assert not python.calls
    assert "the cluster has what the stack kind deployed" in capsys.readouterr().out


def test_a_state_that_may_be_behind_is_continued_first(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    behind = state_of(objects.DEPLOYMENT)
    resource = behind["deployment"]["resources"][-1]
    behind["deployment"]["pending_operations"] = [{"resource": resource, "type": "updating"}]
    pulumi.answers("stack export", as_text(behind))

    with pytest.raises(CommandError, match="was interrupted, so that its state may be behind"):
        drift_check(stack, fix="file")

    assert not kubectl.calls


def test_a_field_is_taken_out_of_a_set_with_what_is_empty_then() -> None:
    item = Item((("name", "web"),))
    key = 'k:{"name":"web"}'
    fields = {"f:spec": {"f:replicas": {}, "f:list": {key: {"f:image": {}}}}}

    assert without(fields, ("spec", "replicas")) == {"f:spec": {"f:list": {key: {"f:image": {}}}}}
    assert without(fields, ("spec", "list", item, "image")) == {"f:spec": {"f:replicas": {}}}
    assert without({"f:spec": {"f:replicas": {}}}, ("spec", "replicas")) == {}
    assert without(fields, ("spec", "list", item, "args")) == fields
    assert without(fields, ("status", "replicas")) == fields
