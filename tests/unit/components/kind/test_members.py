"""Nodes of a kind cluster, added and removed in place."""

import pytest
import yaml

from components.kind.nodes import KindNodesProvider
from components.machine import labels
from components.machine.runner import LocalError
from tests.unit.components.doubles.kind_clusters import NODES, PLAIN
from tests.unit.components.doubles.machine import Machine

_JOIN = "/kind/kubeadm.conf"


def _update(two_workers: KindNodesProvider, workers: int) -> None:
    news = {**NODES, "workers": [PLAIN] * workers}
    two_workers.update("", NODES, news)
    assert two_workers.diff("", news, news).changes is False


def _workers(machine: Machine) -> set[str]:
    return {name for name in machine.engine.containers if "-worker" in name}


def test_workers_are_added_as_kind_would_have_made_them(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    _update(two_workers, 4)

    assert _workers(machine) == set(machine.engine.members) - {"shop-control-plane"}
    added = machine.engine.containers["shop-worker4"]
    kinds = machine.engine.containers["shop-worker"]
    assert (added.image, added.networks) == (kinds.image, kinds.networks)
    assert kinds.labels.items() <= added.labels.items()
    assert labels.MARK not in added.labels, "`make up` removes what has it and is not in the state"
    assert added.labels[labels.JOINED] == "ours"
    assert not any("drain" in line for line in machine.engine.kubectl)


def test_a_worker_knows_the_registry_before_it_gets_pods(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    _update(two_workers, 3)

    lines = machine.ran("docker exec")
    configured = next(
        n for n, line in enumerate(lines) if "shop-worker3" in line and "hosts.toml" in line
    )
    joined = next(n for n, line in enumerate(lines) if "kubeadm join" in line)
    assert configured < joined


def test_a_worker_joins_by_the_endpoint_of_the_cluster_and_its_own_address(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    _update(two_workers, 3)

    cluster, join = yaml.safe_load_all(machine.engine.containers["shop-worker3"].files[_JOIN])
    assert cluster["kind"] == "ClusterConfiguration"
    assert join["discovery"]["bootstrapToken"]["apiServerEndpoint"] == "shop-control-plane:6443"
    assert join["nodeRegistration"]["kubeletExtraArgs"] == {
        "node-ip": "address-of-shop-worker3",
        "provider-id": "kind://docker/shop/shop-worker3",
    }
    assert "controlPlane" not in join


def test_surplus_workers_are_drained_and_removed_from_the_last(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    _update(two_workers, 4)
    machine.engine.kubectl.clear()

    _update(two_workers, 1)

    assert _workers(machine) == {"shop-worker"}
    done = [line for line in machine.engine.kubectl if line.startswith(("drain", "delete"))]
    assert done == [
        f"{verb} shop-worker{number}" for number in (4, 3, 2) for verb in ("drain", "delete")
    ]


def test_a_cluster_that_loses_its_last_worker_lets_its_control_plane_work(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    _update(two_workers, 0)
    lines = machine.engine.kubectl
    taint = next(n for n, line in enumerate(lines) if line.endswith(":NoSchedule-"))
    drained = next(n for n, line in enumerate(lines) if line.startswith("drain"))
    assert taint < drained, "the pods must have somewhere to go"

    _update(two_workers, 1)
    assert machine.engine.kubectl[-1].endswith("=:NoSchedule")


def test_a_node_that_cannot_be_drained_stays_and_serves(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.budget = "cannot evict pod as it would violate the pod's disruption budget"

    with pytest.raises(LocalError, match=r"(?s)shop-worker2 cannot be drained .*budget"):
        two_workers.update("", NODES, {**NODES, "workers": [PLAIN]})

    assert "shop-worker2" in _workers(machine)
    assert "uncordon shop-worker2" in machine.engine.kubectl


def test_a_worker_that_a_killed_run_did_not_join_is_recreated(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    _update(two_workers, 3)
    machine.engine.members.pop("shop-worker3")
    half = machine.engine.containers["shop-worker3"]

    _update(two_workers, 3)

    assert machine.engine.containers["shop-worker3"] is not half
    assert "shop-worker3" in machine.engine.members


def test_what_a_killed_removal_left_is_brought_to_an_end_or_taken_back(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.members["shop-worker2"]["slipway.dev/leaving"] = "true"
    machine.engine.members["shop-worker9"] = {}

    _update(two_workers, 2)

    assert "shop-worker9" not in machine.engine.members, "its container is gone"
    assert "uncordon shop-worker2" in machine.engine.kubectl
    assert machine.engine.members["shop-worker2"] == {}


def test_a_worker_that_was_removed_by_hand_comes_back(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    del machine.engine.containers["shop-worker"]
    assert two_workers.diff("", NODES, NODES).changes is True

    _update(two_workers, 2)

    assert _workers(machine) == {"shop-worker", "shop-worker2"}
    assert "delete shop-worker" in machine.engine.kubectl, (
        "the node of old must not be taken for it"
    )


def test_labels_and_taints_come_and_go_with_their_setting(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    zoned = {"labels": {"zone": "a", "disk": "fast"}, "taints": ["team=a:NoSchedule"]}
    olds = {**NODES, "workers": [zoned, PLAIN]}
    two_workers.update("", NODES, olds)
    assert "label node shop-worker zone=a disk=fast" in machine.engine.kubectl
    assert "taint nodes shop-worker team=a:NoSchedule" in machine.engine.kubectl
    machine.engine.kubectl.clear()

    other = {"labels": {"zone": "b"}, "taints": ["team=b:NoExecute"]}
    two_workers.update("", olds, {**NODES, "workers": [other, PLAIN]})

    assert [line for line in machine.engine.kubectl if "shop-worker" in line] == [
        "label node shop-worker zone=b disk-",
        "taint nodes shop-worker team=b:NoExecute team=a:NoSchedule-",
    ]


def test_a_single_node_that_kind_lets_work_already_is_no_error(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    _update(two_workers, 0)
    lift = "docker exec shop-control-plane kubectl --kubeconfig=/etc/kubernetes/admin.conf taint"
    machine.broken[lift] = 'error: taint "node-role.kubernetes.io/control-plane" not found'

    _update(two_workers, 0)

    machine.broken[lift] = "error: the server is on fire"
    with pytest.raises(LocalError, match="on fire"):
        _update(two_workers, 0)
