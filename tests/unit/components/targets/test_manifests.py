"""Manifests of the objects that a target itself needs."""

import pulumi

from components.names import Names
from components.targets import manifests
from components.targets.namespaces import NamespaceArgs
from components.targets.owner import Owner
from components.testing import Deployment
from tests.unit.components.accepted import require_accepted

_NAMES = Names("shop", "dev")
_OWNER = Owner(_NAMES)


def test_a_namespace_enforces_the_restricted_pod_security_standard() -> None:
    (namespace,) = manifests.namespace("shop-dev", _OWNER)

    assert namespace["metadata"]["name"] == "shop-dev"
    assert namespace["metadata"]["labels"] == {
        "app.kubernetes.io/managed-by": "slipway",
        "slipway.dev/stack": "shop-dev",
        "pod-security.kubernetes.io/enforce": "restricted",
    }


def test_objects_in_a_cluster_with_other_owners_carry_the_id_too() -> None:
    (namespace,) = manifests.namespace("shop-dev", Owner(_NAMES, "0123"))

    assert namespace["metadata"]["labels"]["slipway.dev/owner"] == "0123"


def test_tools_find_the_registry_where_kep_1755_says(sample: Deployment) -> None:
    hosting = sample["target-registry-hosting"]

    assert hosting["metadata"]["name"] == "local-registry-hosting"
    assert hosting["metadata"]["namespace"] == "kube-public"
    assert hosting.inputs["data"] == {"localRegistryHosting.v1": 'host: "localhost:5001"\n'}


def test_every_object_has_the_owner_and_field_manager_of_the_stack() -> None:
    objects = (
        *manifests.namespace("any", _OWNER, NamespaceArgs(quota={"pods": "9"}, max={"cpu": "4"})),
        manifests.local_registry_hosting(pulumi.Output.from_input("localhost:1"), _OWNER),
    )
    for manifest in objects:
        metadata = manifest["metadata"]
        assert _NAMES.owner_labels.items() <= metadata["labels"].items()
        assert metadata["annotations"] == {
            "pulumi.com/patchFieldManager": "slipway-shop-dev",
            "pulumi.com/patchForce": "true",
        }


def test_a_namespace_has_the_limits_of_the_settings() -> None:
    bounds = NamespaceArgs(
        quota={"requests.memory": "8Gi", "pods": "50"},
        default={"memory": "256Mi"},
        max={"memory": "4Gi"},
    )
    made = {each["kind"]: each for each in manifests.namespace("shop", _OWNER, bounds)}

    require_accepted(made.values())
    assert made["ResourceQuota"]["spec"]["hard"] == {"requests.memory": "8Gi", "pods": "50"}
    assert made["LimitRange"]["spec"]["limits"] == [
        {"type": "Container", "default": {"memory": "256Mi"}, "max": {"memory": "4Gi"}}
    ]
