"""Belongs here: which stacks commands leave to a controller, and how they reach its cluster."""

import json
from pathlib import Path

import pytest

from commands.cluster import Cluster
from commands.delivery import Delivery, by_gitops, require_pulumi
from commands.drift_check import drift_check
from commands.errors import CommandError
from commands.stack import Stack
from commands.up import up
from tests.unit.commands.fakes import Program

_ASK = "-m stacks.delivery --stack kind"
_SHOP = {"deliver": "gitops", "context": "shop", "uid": None, "label": "slipway-kind"}
_GET = "--context shop --request-timeout=10s get"


@pytest.fixture
def python(programs: Path) -> Program:
    return Program(programs, "python")


def _deliver(stack: Stack, python: Program, **answer: str | None) -> None:
    stack.file.write_text("config:\n  slipway:deliver: gitops\n", encoding="utf-8")
    python.answers(_ASK, json.dumps({**_SHOP, **answer}))


def test_without_the_word_nothing_is_asked(stack: Stack, python: Program) -> None:
    assert by_gitops(stack) is None
    assert python.calls == []


def test_the_settings_decide(stack: Stack, python: Program) -> None:
    _deliver(stack, python)
    assert by_gitops(stack) == Delivery("shop", None, "slipway-kind")

    _deliver(stack, python, deliver="pulumi")
    assert by_gitops(stack) is None


def test_wrong_settings_are_reported(stack: Stack, python: Program) -> None:
    _deliver(stack, python)
    python.answers(_ASK, code=1, error="stack kind, slipway: a wrong setting")

    with pytest.raises(CommandError, match="a wrong setting"):
        by_gitops(stack)


def test_an_update_is_refused_before_anything_is_read_or_set_back(
    stack: Stack, python: Program, pulumi: Program
) -> None:
    _deliver(stack, python)

    with pytest.raises(CommandError, match="`make up` would fight it") as caught:
        up(stack)

    assert "make wait STACK=kind OUT=folder" in str(caught.value)
    assert pulumi.calls == []


def test_drift_is_left_to_the_controller(stack: Stack, python: Program, kubectl: Program) -> None:
    _deliver(stack, python)

    with pytest.raises(CommandError, match="a controller sets back what is changed by hand"):
        drift_check(stack, fix=None)

    assert kubectl.calls == []


def test_any_other_stack_may_be_updated(stack: Stack, python: Program) -> None:
    require_pulumi(stack, "up")
    assert python.calls == []


def test_its_cluster_is_that_of_the_settings_and_its_objects_are_those_of_its_label(
    stack: Stack, python: Program, kubectl: Program
) -> None:
    _deliver(stack, python)
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "labels": {}}}
    kubectl.answers(f"{_GET} namespace kube-system", "uid-1")
    kubectl.answers(f"{_GET} deployments", json.dumps({"items": [service]}))

    cluster = Cluster(stack)

    assert (cluster.context, cluster.uid) == ("shop", "uid-1")
    (found,) = cluster.state["deployment"]["resources"]
    assert found["type"] == "kubernetes:core/v1:Service"
    assert found["outputs"] == service
    assert "--selector=slipway.dev/stack=slipway-kind" in kubectl.calls[-1]


def test_another_cluster_than_the_settings_name_is_refused(
    stack: Stack, python: Program, kubectl: Program
) -> None:
    _deliver(stack, python, uid="uid-2")
    kubectl.answers(f"{_GET} namespace kube-system", "uid-1")

    with pytest.raises(CommandError, match="context shop is of the cluster uid-1"):
        Cluster(stack)
