"""What the plan says of changes of nodes."""

from typing import Any

import pytest

from components.kind.node_changes import node_changes

_PLAIN: dict[str, Any] = {"labels": {}, "taints": [], "mounts": [], "ports": []}
_PORT = {"host": 9000.0, "container": 30090.0, "protocol": "TCP"}
_CONTAINER: dict[str, Any] = {"State": {"Running": True}, "HostConfig": {}}
_LEADER = {**_CONTAINER, "HostConfig": {"PortBindings": {"6443/tcp": [{"HostPort": "34567"}]}}}
"""With the ports of every control plane, which no setting names."""
_THERE: dict[str, Any] = {
    "shop-control-plane": _LEADER,
    "shop-worker": _CONTAINER,
    "shop-worker2": _CONTAINER,
    "shop-worker3": _CONTAINER,
}
_OLDS: dict[str, Any] = {"controlPlanes": [_PLAIN], "workers": [_PLAIN] * 2, "mirrors": {}}


def _told(change: dict[str, Any], containers: dict[str, Any] | None = None) -> list[str]:
    there = _THERE if containers is None else containers
    return list(node_changes("shop", _OLDS, {**_OLDS, **change}, there))


def test_nothing_is_said_where_nothing_changes() -> None:
    assert _told({}) == []
    assert list(node_changes("shop", {}, _OLDS, _THERE)) == [], "nor of a cluster that is new"


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
            "worker shop-worker2: ports changed: rolling, the node is drained and made anew",
        ),
        (
            {"mirrors": {"quay.io": ["http://a"], "docker.io": ["http://b"]}},
            "the cluster shop: mirrors of docker.io and quay.io: in place, on every node",
        ),
    ],
)
def test_each_change_is_a_line_with_how_it_is_made(change: dict[str, Any], line: str) -> None:
    assert _told(change) == [line]


def test_a_container_at_odds_with_the_stack_file_is_told_though_the_state_agrees() -> None:
    binds = {**_CONTAINER, "HostConfig": {"Binds": ["/srv:/srv"]}}

    assert _told({}, {**_THERE, "shop-worker": binds}) == [
        "worker shop-worker: mounts changed: rolling, the node is drained and made anew"
    ]


def test_nodes_that_stopped_or_are_gone_are_told() -> None:
    stopped = {**_CONTAINER, "State": {"Running": False}}
    there = {"shop-control-plane": stopped, "shop-worker2": _CONTAINER}

    assert _told({}, there) == [
        "control plane shop-control-plane: stopped: started again",
        "worker shop-worker: gone: made anew in place",
    ]


def test_several_changes_at_once_are_all_told() -> None:
    labelled = {**_PLAIN, "labels": {"a": "b"}, "ports": [_PORT]}

    assert _told({"workers": [labelled, _PLAIN, _PLAIN]}) == [
        "the cluster shop: workers 2 -> 3: in place",
        "worker shop-worker: labels changed: in place",
        "worker shop-worker: ports changed: rolling, the node is drained and made anew",
    ]
