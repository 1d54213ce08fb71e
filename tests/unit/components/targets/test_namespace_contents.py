"""What of a namespace's contents must outlive the stack."""

from typing import Any

import pytest

from components.targets.namespace_contents import remains

_OWN = {"slipway.dev/stack": "shop-dev", "slipway.dev/owner": "0123"}


def _object(kind: str, name: str, labels: dict[str, str] | None = None, **metadata: Any) -> Any:
    return {"kind": kind, "metadata": {"name": name, "labels": labels, **metadata}}


def _owned_by(kind: str) -> dict[str, Any]:
    return {"ownerReferences": [{"kind": kind, "name": "any", "uid": "1"}]}


@pytest.mark.parametrize(
    "leftover",
    [
        _object("ConfigMap", "kube-root-ca.crt"),
        _object("ServiceAccount", "default"),
        _object("Pod", "web-1", **_owned_by("ReplicaSet")),
        _object("ReplicaSet", "web", **_owned_by("Deployment")),
        _object("Pod", "alone", deletionTimestamp="2026-01-01T00:00:00Z"),
        _object("Secret", "web-secrets-1", _OWN),
        _object("ConfigMap", "web-files-of-an-earlier-version", {"slipway.dev/stack": "shop-dev"}),
        _object("PersistentVolumeClaim", "data-web-0", _OWN, **_owned_by("StatefulSet")),
        _object("PersistentVolumeClaim", "scratch", **_owned_by("Pod")),
        _object("PersistentVolumeClaim", "gone", deletionTimestamp="2026-01-01T00:00:00Z"),
    ],
    ids=lambda each: f"{each['kind']} {each['metadata']['name']}",
)
def test_leftovers_of_kubernetes_and_of_the_stack_need_not_stay(leftover: Any) -> None:
    assert not remains([leftover], "shop-dev", "0123")


@pytest.mark.parametrize(
    "other",
    [
        _object("ConfigMap", "settings"),
        _object("Service", "api", {**_OWN, "slipway.dev/owner": "4567"}),
        _object("Service", "api", {"slipway.dev/stack": "shop-prod"}),
        _object("Secret", "certificate", **_owned_by("Certificate")),
    ],
    ids=lambda each: str(each["metadata"]),
)
def test_objects_of_other_owners_stay(other: Any) -> None:
    name = f"{other['kind'].lower()}/{other['metadata']['name']}"

    assert remains([other], "shop-dev", "0123").others == (name,)


@pytest.mark.parametrize("labels", [_OWN, None])
def test_a_claim_that_no_controller_owns_stays(labels: dict[str, str] | None) -> None:
    left = remains([_object("PersistentVolumeClaim", "data-web-0", labels)], "shop-dev", "0123")

    assert left.claims == ("data-web-0",)
    assert str(left) == "the volumes of the claims data-web-0"


def test_a_long_list_is_cut_and_counted() -> None:
    left = remains([_object("Secret", f"s{number:02}") for number in range(12)], "shop-dev", None)

    assert str(left).endswith("secret/s09 and 2 more")
