"""Storage classes of the volumes that a cluster is to make."""

import pytest

from .cluster import Change, Cluster, Manifest, deployment, forbidden, stateful_set

_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_VOLUMES = "/api/v1/persistentvolumes"
_CLAIMS = "/api/v1/namespaces/shop/persistentvolumeclaims"


def _class(name: str, *, default: str = "") -> Manifest:
    note = {"storageclass.kubernetes.io/is-default-class": default} if default else {}
    return {"metadata": {"name": name, "annotations": note}}


@pytest.fixture
def cluster() -> Cluster:
    """Return a cluster with the default class `standard`, and `slow`."""
    cluster = Cluster()
    cluster.holds(_CLASSES, _class("standard", default="true"), _class("slow"))
    cluster.holds(_VOLUMES)
    return cluster


def test_classes_that_exist_are_no_finding(cluster: Cluster) -> None:
    assert cluster.causes(stateful_set()) == []
    assert cluster.causes(stateful_set(storage_class="slow")) == []
    assert cluster.causes(stateful_set(storage_class="")) == []


def test_a_class_that_does_not_exist_is_named_beside_those_that_do(cluster: Cluster) -> None:
    (finding,) = cluster.outlook(stateful_set(storage_class="fast")).findings

    assert finding.cause == "StorageClass missing"
    assert "the StorageClass `fast`, which does not exist" in finding.message
    assert "`slow`, `standard`" in finding.details
    assert "storage[].storageClass" in finding.next_step


def test_no_default_class_is_a_finding_where_none_is_named(cluster: Cluster) -> None:
    cluster.holds(_CLASSES, _class("standard", default="false"), _class("slow"))

    (finding,) = cluster.outlook(stateful_set()).findings

    assert finding.cause == "no default StorageClass"
    assert "names no StorageClass, and the cluster has no default one" in finding.message
    assert cluster.causes(stateful_set(storage_class="slow")) == []


def test_volumes_made_by_hand_need_no_class(cluster: Cluster) -> None:
    cluster.holds(_VOLUMES, {"spec": {"storageClassName": "by-hand"}})

    assert cluster.causes(stateful_set(storage_class="by-hand")) == []
    assert cluster.causes(stateful_set(storage_class="fast")) == ["StorageClass missing"]


def test_volumes_made_by_hand_without_a_class_need_no_default(cluster: Cluster) -> None:
    cluster.holds(_CLASSES)
    cluster.holds(_VOLUMES, {"spec": {}})

    assert cluster.causes(stateful_set()) == []


def test_claims_that_exist_need_no_class(cluster: Cluster) -> None:
    cluster.objects[f"{_CLAIMS}/storage-0-web-1"] = {"spec": {}}

    assert cluster.causes(stateful_set(storage_class="fast")) == []


def test_a_cluster_that_does_not_show_its_classes_is_no_finding(cluster: Cluster) -> None:
    cluster.unreadable[_CLASSES] = forbidden('User "deployer" cannot list "storageclasses"')

    assert cluster.causes(stateful_set(storage_class="fast")) == []


def _with(volume: Manifest) -> Change:
    return lambda spec: spec.update(volumes=[{"name": "content", **volume}])


def test_an_ephemeral_volume_needs_its_class(cluster: Cluster) -> None:
    claim = {"spec": {"storageClassName": "fast"}}
    manifest = deployment(_with({"ephemeral": {"volumeClaimTemplate": claim}}))

    assert cluster.causes(manifest) == ["StorageClass missing"]


@pytest.mark.parametrize(
    ("phase", "causes"), [("Pending", ["StorageClass missing"]), ("Bound", [])]
)
def test_a_claim_that_waits_for_its_volume_needs_its_class(
    cluster: Cluster, phase: str, causes: list[str]
) -> None:
    path = f"{_CLAIMS}/shared"
    cluster.objects[path] = {"spec": {"storageClassName": "fast"}, "status": {"phase": phase}}

    manifest = deployment(_with({"persistentVolumeClaim": {"claimName": "shared"}}))
    assert cluster.causes(manifest) == causes
