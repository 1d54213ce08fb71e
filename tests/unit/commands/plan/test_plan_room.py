"""Belongs here: whether more pods fit into quotas and on nodes."""

from typing import Any

import pytest

from commands.errors import CommandError
from commands.plan.effects import Pods
from commands.plan.room import beyond_quota, places, room

_SPEC: dict[str, Any] = {
    "containers": [{"resources": {"requests": {"cpu": "500m", "memory": "64Mi"}}}],
}


def _quota(**more: Any) -> dict[str, Any]:
    status = {"hard": {"requests.cpu": "2", "pods": "10"}, "used": {"requests.cpu": "1250m"}}
    return {"metadata": {"name": "team"}, "spec": {}, "status": status, **more}


def _node(name: str = "one", cpu: str = "2", pods: str = "110", **spec: Any) -> dict[str, Any]:
    allocatable = {"cpu": cpu, "memory": "1Gi", "ephemeral-storage": "1Gi", "pods": pods}
    return {"metadata": {"name": name}, "spec": spec, "status": {"allocatable": allocatable}}


def _pod(phase: str = "Running", node: str = "one", **spec: Any) -> dict[str, Any]:
    return {"spec": {"nodeName": node, **_SPEC, **spec}, "status": {"phase": phase}}


class _Cluster:
    """Answers `kubectl get`, or refuses."""

    def __init__(self, **answers: list[Any]) -> None:
        self._answers = answers

    def get(self, kind: str, *_: str) -> dict[str, Any]:
        if kind not in self._answers:
            raise CommandError("forbidden")
        return {"items": self._answers[kind]}


def _room(count: int, **answers: list[Any]) -> str:
    return room(_Cluster(**answers), Pods("shop", count, _SPEC))  # pyright: ignore[reportArgumentType]


def test_pods_within_a_quota_are_not_refused() -> None:
    assert list(beyond_quota([_quota()], Pods("shop", 1, _SPEC))) == []


def test_pods_beyond_a_quota_are_refused_with_the_amounts() -> None:
    assert list(beyond_quota([_quota()], Pods("shop", 2, _SPEC))) == [
        "quota team: requests.cpu 1250m of 2 used, and 1.000 more"
    ]


def test_the_number_of_pods_counts_too() -> None:
    (line,) = beyond_quota([_quota()], Pods("shop", 11, {"containers": []}))
    assert line == "quota team: pods 0 of 10 used, and 11 more"


def test_a_quota_for_some_pods_only_is_left_out() -> None:
    quota = _quota(spec={"scopes": ["BestEffort"]})
    assert list(beyond_quota([quota], Pods("shop", 99, _SPEC))) == []


@pytest.mark.parametrize(
    ("nodes", "running", "free"),
    [
        ([_node()], [], 4),
        ([_node()], [_pod(), _pod()], 2),
        ([_node()], [_pod("Succeeded"), _pod("Failed"), _pod(node="other")], 4),
        ([_node(), _node("two")], [], 8),
        ([_node(pods="1")], [], 1),
        ([_node(taints=[{"effect": "NoSchedule"}])], [], 0),
        ([_node(taints=[{"effect": "PreferNoSchedule"}])], [], 4),
        ([_node(cpu="100m")], [], 0),
    ],
)
def test_nodes_have_places_for_what_is_not_requested(
    nodes: list[Any], running: list[Any], free: int
) -> None:
    assert places(nodes, running, _SPEC, most=20) == free


def test_a_sidecar_adds_and_another_init_container_does_not() -> None:
    init: list[Any] = [{**_SPEC["containers"][0]}]
    assert places([_node()], [], {**_SPEC, "initContainers": init}, most=20) == 4
    init[0]["restartPolicy"] = "Always"
    assert places([_node()], [], {**_SPEC, "initContainers": init}, most=20) == 2


def test_the_words() -> None:
    known: dict[str, list[Any]] = {"resourcequotas": [], "nodes": [_node()], "pods": []}
    assert _room(3, **known) == "fits on the nodes now"
    assert _room(5, **known) == "**the nodes have room for 4 of the 5 more pods now**"
    assert "into the quota" in _room(1, **{**known, "resourcequotas": [_quota()]})
    assert "does not fit: quota team" in _room(9, resourcequotas=[_quota()])
    assert "is not known" in _room(1, resourcequotas=[], nodes=[])
