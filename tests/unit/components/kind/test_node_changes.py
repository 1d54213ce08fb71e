"""The changes of nodes in the plan."""

from typing import Any

import pytest

from components.kind.inputs import KindNodesInputs
from components.kind.node_changes import node_changes
from tests.unit.components.doubles.kind_clusters import NODES

_PLAIN: dict[str, Any] = {"labels": {}, "taints": [], "mounts": [], "ports": []}
_PORT = {"host": 9000.0, "container": 30090.0, "protocol": "TCP"}
_CONTAINER: dict[str, Any] = {"State": {"Running": True}, "HostConfig": {}}
_LEADER = {**_CONTAINER, "HostConfig": {"PortBindings": {"6443/tcp": [{"HostPort": "34567"}]}}}
"""With the ports of every control plane, which no setting names."""
_CURRENT: dict[str, Any] = {
    "shop-control-plane": _LEADER,
    "shop-worker": _CONTAINER,
    "shop-worker2": _CONTAINER,
    "shop-worker3": _CONTAINER,
}
_OLDS: dict[str, Any] = {**NODES, "workers": [_PLAIN] * 2}


def _lines(change: dict[str, Any], containers: dict[str, Any] | None = None) -> list[str]:
    olds, news = KindNodesInputs.parse(_OLDS), KindNodesInputs.parse({**_OLDS, **change})
    return list(node_changes(olds, news, _CURRENT if containers is None else containers))


def test_nothing_is_reported_where_nothing_changes() -> None:
    assert _lines({}) == []
    numbers = KindNodesInputs.parse({**_OLDS, "controlPlanes": 1.0, "workers": 2.0})
    changes = node_changes(numbers, KindNodesInputs.parse(_OLDS), _CURRENT)
    assert list(changes) == [], "states of earlier versions have the number of nodes"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"workers": [_PLAIN] * 4}, "the cluster shop: workers 2 -> 4: in place"),
        (
            {"workers": []},
            (
                "the cluster shop: workers 2 -> 0: in place, shop-worker2 and shop-worker drained "
                "and removed"
            ),
        ),
        (
            {"controlPlanes": [_PLAIN] * 3},
            "the cluster shop: control planes 1 -> 3: in place",
        ),
        (
            {"workers": [_PLAIN, {**_PLAIN, "labels": {"a": "b"}, "taints": ["a=b:NoExecute"]}]},
            "worker shop-worker2: labels and taints changed: in place",
        ),
        (
            {"controlPlanes": [{**_PLAIN, "labels": {"a": "b"}}]},
            "control plane shop-control-plane: labels changed: in place",
        ),
        (
            {"workers": [_PLAIN, {**_PLAIN, "ports": [_PORT]}]},
            "worker shop-worker2: ports changed: rolling, the node is drained and recreated",
        ),
        (
            {"mirrors": {"quay.io": ["http://a"], "docker.io": ["http://b"]}},
            "the cluster shop: mirrors of docker.io and quay.io: in place, on every node",
        ),
    ],
)
def test_each_change_is_a_line_with_how_it_is_made(change: dict[str, Any], line: str) -> None:
    assert _lines(change) == [line]


def test_a_container_that_differs_is_reported_though_the_state_agrees() -> None:
    binds = {**_CONTAINER, "HostConfig": {"Binds": ["/srv:/srv"]}}

    assert _lines({}, {**_CURRENT, "shop-worker": binds}) == [
        "worker shop-worker: mounts changed: rolling, the node is drained and recreated"
    ]


def test_nodes_that_are_stopped_or_missing_are_reported() -> None:
    stopped = {**_CONTAINER, "State": {"Running": False}}
    current = {"shop-control-plane": stopped, "shop-worker2": _CONTAINER}

    assert _lines({}, current) == [
        "control plane shop-control-plane: stopped, will be started",
        "worker shop-worker: missing, will be recreated in place",
    ]


def test_several_changes_at_once_are_all_reported() -> None:
    labelled = {**_PLAIN, "labels": {"a": "b"}, "ports": [_PORT]}

    assert _lines({"workers": [labelled, _PLAIN, _PLAIN]}) == [
        "the cluster shop: workers 2 -> 3: in place",
        "worker shop-worker: labels changed: in place",
        "worker shop-worker: ports changed: rolling, the node is drained and recreated",
    ]
