"""Belongs here: the upgrade of dynamic providers in a state that an earlier version wrote.

recorded_state.json holds what commit 27c9ee8 put there.
"""

import base64
import json
import pickletools
from pathlib import Path
from typing import Any

import pytest

from commands.errors import CommandError
from commands.preview import preview
from commands.recovery import providers, recover
from commands.stack import Stack
from tests.unit.commands.fakes import Program

_RECORDED = (Path(__file__).parent / "recorded_state.json").read_text()
_PROVIDERS = Path(__file__).parents[1] / "components" / "recorded_providers.json"


def _recorded() -> dict[str, Any]:
    return json.loads(_RECORDED)


def _upgraded() -> dict[str, Any]:
    state = _recorded()
    for resource in state["deployment"]["resources"][1:3]:
        provider = providers.pickled(resource["type"].rpartition(":")[2])
        resource["inputs"]["__provider"] = resource["outputs"]["__provider"] = provider
    return state


def test_a_provider_is_written_as_the_components_write_it() -> None:
    recorded: dict[str, str] = json.loads(_PROVIDERS.read_text())
    assert {name: providers.pickled(name) for name in recorded} == recorded


def test_a_provider_is_a_valid_pickle() -> None:
    opcodes = pickletools.genops(base64.b64decode(providers.pickled("KindCluster")))
    assert [value for _, value, _ in opcodes if isinstance(value, str)] == [
        "slipway",
        "find_provider",
        "KindCluster",
    ]


def test_the_recorded_state_names_modules_that_have_moved() -> None:
    state = _recorded()
    pickled = state["deployment"]["resources"][1]["inputs"]["__provider"]
    assert b".local.kind_cluster" in base64.b64decode(pickled)
    assert providers.are_outdated(state)


def test_an_upgrade_changes_the_providers_of_slipway_and_nothing_else() -> None:
    state = _recorded()
    assert providers.upgrade(state)
    assert state == _upgraded()
    assert state["deployment"]["resources"][3] == _recorded()["deployment"]["resources"][3]


def test_an_upgraded_state_stays_as_it_is() -> None:
    state = _upgraded()
    assert not providers.are_outdated(state)
    assert not providers.upgrade(state)
    assert state == _upgraded()


def test_a_resource_without_properties_needs_no_upgrade() -> None:
    kind = "pulumi-python:dynamic/slipway:HashKey"
    state = {"deployment": {"resources": [{"type": kind, "inputs": {}, "outputs": None}]}}
    assert not providers.upgrade(state)


def test_up_and_down_write_the_upgraded_state_once_and_say_so(
    stack: Stack, pulumi: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", _RECORDED)
    pulumi.answers("stack import", reads=True)
    recover(stack)
    assert json.loads(pulumi.stdin.read_text()) == _upgraded()
    assert [call.split()[1] for call in pulumi.calls] == ["export", "import"]
    assert capsys.readouterr().out == (
        "the state of an earlier version of Slipway was upgraded; nothing is replaced\n"
    )


def test_pending_operations_and_providers_are_written_in_one_import(
    stack: Stack, pulumi: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    state = _recorded()
    cluster = state["deployment"]["resources"][1]
    state["deployment"]["pending_operations"] = [{"type": "creating", "resource": cluster}]
    pulumi.answers("stack export", json.dumps(state))
    pulumi.answers("stack import", reads=True)
    recover(stack)
    assert json.loads(pulumi.stdin.read_text()) == _upgraded()
    assert [call.split()[1] for call in pulumi.calls] == ["export", "import"]
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_preview_leaves_an_outdated_state_alone_and_names_the_command_that_upgrades_it(
    stack: Stack, pulumi: Program
) -> None:
    pulumi.answers("stack export", _RECORDED)
    with pytest.raises(CommandError, match=r"changes no state\n  next: make up STACK=kind, which"):
        preview(stack)
    assert [call.split()[1] for call in pulumi.calls] == ["select", "export"]
