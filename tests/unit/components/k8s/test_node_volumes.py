"""Nodes with data of applications that is on them alone, and their removal."""

from typing import Any

import pytest
from pulumi.output import UNKNOWN

from components.kind.nodes import KindNodesProvider
from components.machine.runner import LocalError
from tests.unit.components.doubles.kind_clusters import NODES, PLAIN
from tests.unit.components.doubles.machine import Machine


def _props(workers: list[dict[str, Any]]) -> dict[str, Any]:
    return {**NODES, "workers": workers}


def _volume(*hosts: str, claim: str | None = "data-db-0") -> dict[str, Any]:
    one = {"key": "kubernetes.io/hostname", "operator": "In", "values": list(hosts)}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [one]}]}
    spec: dict[str, Any] = {"nodeAffinity": {"required": terms}} if hosts else {}
    if claim:
        spec["claimRef"] = {"namespace": "back", "name": claim}
    return {"metadata": {"name": "pv"}, "spec": spec}


def test_removing_a_node_with_data_that_is_on_it_alone_is_refused_in_the_preview(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.persistent_volumes = [
        _volume("shop-worker2", claim="data-db-1"), _volume("shop-worker2"),
        _volume("shop-worker", claim="stays"),
    ]  # fmt: skip

    (failure,) = two_workers.check({}, _props([PLAIN])).failures

    assert "shop-worker2 cannot be removed" in failure.reason
    assert "back/data-db-0, back/data-db-1: pv, pv" in failure.reason
    assert "stays" not in failure.reason
    assert "kubectl delete persistentvolumeclaim --namespace=back data-db-0" in failure.reason


def test_recreating_such_a_node_is_refused_too(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.persistent_volumes = [_volume("shop-worker2")]
    mounted = {**PLAIN, "mounts": [{"host": "/", "container": "/data", "readOnly": False}]}

    (failure,) = two_workers.check({}, _props([PLAIN, mounted])).failures

    assert "shop-worker2 cannot be removed" in failure.reason


@pytest.mark.parametrize(
    "volume",
    [_volume("shop-worker2", claim=None), _volume(), _volume("shop-worker", "shop-worker2")],
    ids=["no claim", "reached from any node", "on another node too"],
)
def test_volumes_that_would_not_be_lost_keep_no_node(
    two_workers: KindNodesProvider, machine: Machine, volume: dict[str, Any]
) -> None:
    machine.engine.persistent_volumes = [volume]

    assert two_workers.check({}, _props([PLAIN])).failures == []
    two_workers.update("", _props([PLAIN] * 2), _props([PLAIN]))

    assert "shop-worker2" not in machine.engine.members


def test_volumes_of_nodes_that_stay_are_not_requested(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.persistent_volumes = [_volume("shop-worker2")]

    assert two_workers.check({}, _props([PLAIN] * 3)).failures == []


def test_a_node_that_got_data_after_the_preview_is_not_drained(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.persistent_volumes = [_volume("shop-worker2")]

    with pytest.raises(LocalError, match="shop-worker2 cannot be removed"):
        two_workers.update("", _props([PLAIN] * 2), _props([PLAIN]))

    assert not [line for line in machine.engine.kubectl if line.startswith(("drain", "delete"))]


def test_an_added_node_that_was_deleted_with_kubectl_keeps_its_data(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    two_workers.update("", _props([PLAIN] * 2), _props([PLAIN] * 3))
    machine.engine.persistent_volumes = [_volume("shop-worker3")]
    del machine.engine.members["shop-worker3"]

    with pytest.raises(LocalError, match="shop-worker3 cannot be removed"):
        two_workers.update("", _props([PLAIN] * 3), _props([PLAIN] * 3))

    assert "shop-worker3" in machine.engine.containers


def test_volumes_of_a_cluster_that_is_recreated_keep_no_node(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.persistent_volumes = [_volume("shop-worker2")]

    assert two_workers.check({}, {**_props([PLAIN]), "uid": UNKNOWN}).failures == []
