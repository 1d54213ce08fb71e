"""Nodes of a profile with data in their folders, and their removal.

minikube's storage provisioner makes `hostPath` volumes that are bound to no node.
"""

from typing import Any

import pytest
from pulumi.output import UNKNOWN

from components.machine.runner import LocalError
from components.minikube.nodes import MinikubeNodesProvider
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.machine import Machine, kubeconfig

_FOLDER = "/tmp/hostpath-provisioner/back/data-db-0"
_PROPS: dict[str, Any] = {
    "profile": "mini",
    "uid": "uid-1",
    "kubeconfig": kubeconfig("mini", context="mini"),
    "adopted": False,
    "nodes": 3.0,
    "addons": [],
    "registryHost": "localhost:5001",
    "registryContainer": "registry",
    "registryId": "registry-id",
}
_ONE = {**_PROPS, "nodes": 1.0}
_VOLUME: dict[str, Any] = {
    "metadata": {"name": "pvc-1"},
    "spec": {
        "hostPath": {"path": _FOLDER},
        "claimRef": {"namespace": "back", "name": "data-db-0"},
    },
}


@pytest.fixture
def provider(machine: Machine) -> MinikubeNodesProvider:
    """On a machine with a profile of three nodes, and one claim of an application."""
    provider = MinikubeNodesProvider()
    provider.runner = machine.runner()
    machine.engine.networks["mini"] = {}
    machine.engine.containers["registry"] = Container()
    machine.answer(["minikube", "start", "--profile=mini", "--nodes=3"], None)
    machine.engine.persistent_volumes = [_VOLUME]
    return provider


def _pod(node: str, claim: str = "data-db-0", namespace: str = "back") -> dict[str, Any]:
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": claim}}
    spec = {"nodeName": node, "volumes": [{"name": "tmp", "emptyDir": {}}, volume]}
    return {"metadata": {"name": "db-0", "namespace": namespace}, "spec": spec}


def _store(machine: Machine, node: str) -> None:
    machine.engine.containers[node].files[f"{_FOLDER}/table"] = "rows"


def test_removing_a_node_that_runs_a_pod_of_a_claim_is_refused_in_the_preview(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    machine.engine.pods = [_pod("mini-m02"), {"metadata": {"namespace": "back"}, "spec": {}}]

    (failure,) = provider.check(_PROPS, _ONE).failures

    assert failure.reason == (
        "mini-m02 cannot be removed: volumes that are on it alone would be lost (of the claims "
        "back/data-db-0: pvc-1); keep the node, or save their data and remove the claims: "
        "kubectl delete persistentvolumeclaim --namespace=back data-db-0"
    )


def test_removing_a_node_where_a_pod_stored_data_before_it_moved_is_refused(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    _store(machine, "mini-m03")
    machine.engine.pods = [_pod("mini")]

    (failure,) = provider.check(_PROPS, _ONE).failures

    assert "mini-m03 cannot be removed" in failure.reason


def test_a_node_whose_folders_cannot_be_looked_at_counts_as_having_the_volume(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    machine.broken["docker exec mini-m02 ls"] = "Error response from daemon: is not running"

    (failure,) = provider.check(_PROPS, _ONE).failures

    assert "mini-m02 cannot be removed" in failure.reason


@pytest.mark.parametrize(
    "pod", [_pod("mini"), _pod("mini-m02", claim="other"), _pod("mini-m02", namespace="front")]
)
def test_a_node_without_data_of_a_claim_is_removed(
    provider: MinikubeNodesProvider, machine: Machine, pod: dict[str, Any]
) -> None:
    _store(machine, "mini")
    machine.engine.pods = [pod]

    assert provider.check(_PROPS, _ONE).failures == []
    provider.update("mini-nodes", _PROPS, _ONE)

    assert sorted(machine.engine.members) == ["mini"]


def test_a_volume_that_every_node_reaches_keeps_none(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    spec = {"nfs": {"server": "files", "path": _FOLDER}, "claimRef": _VOLUME["spec"]["claimRef"]}
    machine.engine.persistent_volumes = [{"metadata": {"name": "pvc-1"}, "spec": spec}]
    machine.engine.pods = [_pod("mini-m02")]

    assert provider.check(_PROPS, _ONE).failures == []


def test_a_node_that_got_data_after_the_preview_is_neither_drained_nor_removed(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    _store(machine, "mini-m03")

    with pytest.raises(LocalError, match="mini-m03 cannot be removed"):
        provider.update("mini-nodes", _PROPS, _ONE)

    assert not machine.engine.kubectl and not machine.ran("minikube node delete")


def test_a_node_that_was_deleted_with_kubectl_keeps_its_data(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    _store(machine, "mini-m02")
    del machine.engine.members["mini-m02"]

    with pytest.raises(LocalError, match="mini-m02 cannot be removed"):
        provider.update("mini-nodes", _PROPS, _PROPS)

    assert "mini-m02" in machine.engine.containers


def test_a_node_whose_container_is_gone_has_no_data_to_keep(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    del machine.engine.members["mini-m03"]
    del machine.engine.containers["mini-m03"]

    provider.update("mini-nodes", _PROPS, _PROPS)

    assert len(machine.engine.members) == 3


@pytest.mark.parametrize(
    "change",
    [{"uid": UNKNOWN}, {"adopted": UNKNOWN}, {"kubeconfig": UNKNOWN}, {"adopted": True}],
    ids=["recreated", "perhaps adopted", "not known yet", "adopted"],
)
def test_nodes_of_a_profile_that_is_recreated_not_known_or_the_users_are_not_looked_at(
    provider: MinikubeNodesProvider, machine: Machine, change: dict[str, Any]
) -> None:
    machine.engine.pods = [_pod("mini-m02")]

    assert provider.check(_PROPS, {**_ONE, **change}).failures == []


def test_a_cluster_that_does_not_answer_is_asked_again_before_a_node_is_drained(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    _store(machine, "mini-m02")
    machine.broken["kubectl --kubeconfig"] = "The connection to the server was refused"

    assert provider.check(_PROPS, _ONE).failures == []
