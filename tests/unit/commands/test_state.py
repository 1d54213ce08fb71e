"""Belongs here: what is read from an exported state."""

from typing import Any

import pytest

from commands import state
from tests.unit.commands.fakes import deployed, deployment, resource

_CONTAINER = resource("docker:index/container:Container", "registry")
_ALLOCATION = resource(
    "pulumi-python:dynamic/slipway:Allocation", "local", outputs={"mark": "abc123"}
)


def test_resources_are_found_by_the_end_of_their_type() -> None:
    exported = deployment(_CONTAINER, _ALLOCATION)
    assert list(state.resources(exported, ":Container")) == [_CONTAINER]
    assert list(state.resources(exported, "docker:index/image:Image")) == []


def test_resources_that_a_killed_run_was_changing_are_those_of_its_operations() -> None:
    operation = {"type": "updating", "resource": _CONTAINER}
    exported = deployment(_CONTAINER, _ALLOCATION, pending_operations=[operation])
    assert state.interrupted(exported) == {_CONTAINER["urn"]}
    assert state.interrupted(deployment(_CONTAINER, pending_operations=None)) == set()


@pytest.mark.parametrize(
    "exported",
    [
        {"deployment": {}},
        {"deployment": {"resources": None}},
        deployment(resource("pulumi:pulumi:Stack", "slipway-kind", outputs=None)),
    ],
)
def test_a_stack_that_never_was_up_has_no_outputs(exported: dict[str, Any]) -> None:
    assert state.outputs(exported) == {}
    assert state.mark(exported) is None


def test_outputs_are_the_stack_resources() -> None:
    assert state.outputs(deployed(_CONTAINER, url="http://localhost:8080")) == {
        "context": "kind-slipway-kind",
        "clusterUid": "uid-1",
        "url": "http://localhost:8080",
    }


def test_the_mark_is_the_allocations() -> None:
    assert state.mark(deployment(_CONTAINER, _ALLOCATION)) == "abc123"
