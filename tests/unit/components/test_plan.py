"""The resources that the program registers for the committed stack file."""

from collections import Counter

import pytest

from components.testing import Deployment
from tests.unit.components.plan import DIGEST, KUBECONFIG, LOCAL, MARK, objects_of

_IN_CLUSTER = (
    "core/v1:Namespace slipway-kind-namespace",
    "core/v1:ConfigMap target-registry-hosting",
    "networking.k8s.io/v1:NetworkPolicy NetworkPolicy",
    "core/v1:Service hello-node-service",
    "policy/v1:PodDisruptionBudget hello-node-budget",
    "apps/v1:Deployment hello-node-deployment",
)


def test_the_program_registers_one_target_one_image_and_one_application(sample: Deployment) -> None:
    assert Counter(resource.type for resource in sample.resources) == Counter(
        [
            "slipway:index:KindTarget",
            "slipway:index:Registry",
            "slipway:index:Cluster",
            "slipway:index:Image",
            "slipway:index:App",
            "slipway:index:Lock",
            f"{LOCAL}StackIdentity",
            f"{LOCAL}Allocation",
            f"{LOCAL}RegistryEndpoint",
            f"{LOCAL}KindCluster",
            f"{LOCAL}KindNodes",
            f"{LOCAL}Delivery",
            f"{LOCAL}BuildContext",
            f"{LOCAL}ImageUser",
            f"{LOCAL}ImmutableFields",
            f"{LOCAL}LockFile",
            "docker:index/volume:Volume",
            "docker:index/container:Container",
            "docker:index/image:Image",
            "pulumi:providers:kubernetes",
            "kubernetes:core/v1:Namespace",
            f"{LOCAL}NamespaceRemoval",
            "kubernetes:core/v1:ConfigMap",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy",
            "kubernetes:core/v1:Service",
            "kubernetes:policy/v1:PodDisruptionBudget",
            "kubernetes:apps/v1:Deployment",
        ]
    )


def test_children_are_named_after_the_component_they_belong_to(sample: Deployment) -> None:
    parents = {r.name: r.parent for r in sample.resources if not r.type.startswith("slipway:")}

    assert parents.pop("slipway-kind-namespace") == "target", (
        "the stack's namespace is the target's"
    )
    assert parents.pop("slipway-kind-removal") == "target", "as the namespace"
    assert parents.pop("hello-node-delivery") == "target", "only a target knows the way"
    assert parents == {
        "target-stack": "target",
        "target-allocation": "target",
        "target-kubernetes": "target",
        "target-registry-hosting": "target",
        "target-registry-volume": "target-registry",
        "target-registry-container": "target-registry",
        "target-registry-endpoint": "target-registry",
        "target-cluster-kind": "target-cluster",
        "target-cluster-nodes": "target-cluster",
        "hello-node-build": "hello-node",
        "hello-node-context": "hello-node",
        "lock-file": "lock",
        "hello-node-user": "hello-node",
        "hello-node-immutable-fields": "hello-node",
        sample["NetworkPolicy"].name: "hello-node",
        "hello-node-budget": "hello-node",
        "hello-node-service": "hello-node",
        "hello-node-deployment": "hello-node",
    }


def test_no_two_resources_share_type_and_name(sample: Deployment) -> None:
    assert max(Counter((r.type, r.name) for r in sample.resources).values()) == 1


def test_the_outputs_are_the_four_that_users_rely_on(sample: Deployment) -> None:
    assert sample.outputs == {
        "url": "http://localhost:8080",
        "image": f"localhost:5001/hello-node@{DIGEST}",
        "context": "kind-c",
        "clusterUid": "uid-1",
    }


@pytest.mark.parametrize("place", _IN_CLUSTER)
def test_every_object_uses_the_provider_of_the_target_and_is_deleted_with_the_cluster(
    sample: Deployment, place: str
) -> None:
    kind, name = place.split()
    planned = sample[name]

    assert planned.type == f"kubernetes:{kind}"
    assert planned.provider == "target-kubernetes"
    assert planned.deleted_with == "target-cluster-kind"


def test_every_object_is_named_owned_and_applied_by_one_field_manager(sample: Deployment) -> None:
    assert len(objects_of(sample)) == len(_IN_CLUSTER)
    for planned in objects_of(sample):
        metadata = planned["metadata"]
        assert metadata["name"], "a generated name would change when the object is made again"
        assert "generateName" not in metadata
        assert metadata["labels"]["slipway.dev/stack"] == "slipway-kind"
        assert metadata["labels"]["app.kubernetes.io/managed-by"] == "slipway"
        assert metadata["annotations"]["pulumi.com/patchFieldManager"] == "slipway-slipway-kind"
        assert metadata["annotations"]["pulumi.com/patchForce"] == "true", (
            "a field that was changed by hand would fail every update of the object"
        )


def test_the_provider_gets_the_kubeconfig_of_the_cluster_which_is_secret(
    sample: Deployment,
) -> None:
    provider = sample["target-kubernetes"]

    assert provider.inputs == {
        "kubeconfig": KUBECONFIG,
        "clusterIdentifier": "uid-1",
        "enableServerSideApply": "true",
        "deleteUnreachable": "true",
    }
    assert sample["KindCluster"].additional_secret_outputs == ("kubeconfig",)


def test_the_provider_depends_on_the_cluster_alone_so_that_node_changes_replace_nothing(
    sample: Deployment,
) -> None:
    assert sample["target-kubernetes"].depends_on == {"target-cluster-kind"}


def test_registry_and_cluster_are_made_side_by_side(sample: Deployment) -> None:
    assert sample["KindCluster"].depends_on == {"target-allocation"}
    assert "target-cluster-kind" not in sample["target-registry-container"].depends_on
    assert "target-cluster-kind" not in sample["hello-node-build"].depends_on, (
        "the image is built while the cluster comes up"
    )


def test_the_application_waits_for_nodes_registry_access_and_its_namespace(
    sample: Deployment,
) -> None:
    assert sample["hello-node-deployment"].depends_on == {
        "target-cluster-nodes",
        "target-registry-hosting",
        "slipway-kind-namespace",
        "slipway-kind-removal",
        "hello-node-build",
        "hello-node-delivery",
        "hello-node-user",
        sample["NetworkPolicy"].name,
        "hello-node-immutable-fields",
    }


def test_nothing_is_created_before_the_names_of_the_stack_are_checked(sample: Deployment) -> None:
    by_name = {each.name: each for each in sample.resources}

    def waits(name: str) -> bool:
        resource = by_name[name]
        before = {*resource.depends_on, resource.provider} - {""}
        return "target-stack" in before or any(map(waits, before))

    created = ["target-registry-volume", "target-registry-container", "target-cluster-kind"]
    for name in (*created, *(each.name for each in objects_of(sample))):
        assert waits(name), name


def test_an_image_is_delivered_to_nodes_that_are_ready(sample: Deployment) -> None:
    delivery = sample["Delivery"]

    assert delivery.inputs["image"] == "localhost:5001/hello-node:kind"
    assert delivery.inputs["reference"] == f"localhost:5001/hello-node@{DIGEST}"
    assert {"hello-node-build", "target-cluster-nodes"} <= delivery.depends_on


def test_all_containers_of_the_workload_run_the_image_by_its_digest(sample: Deployment) -> None:
    pod = sample["Deployment"].inputs["spec"]["template"]["spec"]
    containers = [*pod["initContainers"], *pod["containers"]]

    assert [c["image"] for c in containers] == 2 * [f"localhost:5001/hello-node@{DIGEST}"]


def test_the_rollout_may_take_twice_the_startup_time(sample: Deployment) -> None:
    assert sample["hello-node-deployment"].timeouts == {"create": "182s", "update": "182s"}


def test_all_objects_in_docker_carry_the_mark_of_the_stack(sample: Deployment) -> None:
    label = {"label": "slipway.dev/mark", "value": MARK}

    assert sample["target-registry-volume"].inputs["labels"] == [label]
    assert sample["target-registry-container"].inputs["labels"] == [label]
    assert sample["KindCluster"].inputs["mark"] == MARK


def test_the_registry_is_for_this_machine_only_and_keeps_its_images(sample: Deployment) -> None:
    container = sample["target-registry-container"]

    assert container.inputs["ports"] == [{"internal": 5000, "external": 5001, "ip": "127.0.0.1"}]
    assert container.inputs["volumes"] == [
        {"containerPath": "/var/lib/registry", "volumeName": "slipway-kind-registry"}
    ]
    assert container.inputs["restart"] == "always"
    assert set(container.ignore_changes) == {"networksAdvanced", "networkMode"}, (
        "the nodes' resource joins it to the cluster's network"
    )


def test_the_nodes_depend_on_the_identity_of_cluster_and_registry(sample: Deployment) -> None:
    nodes = sample["KindNodes"].inputs

    assert nodes["uid"] == "uid-1"
    assert nodes["registryId"] == "target-registry-container-id"


def test_the_image_is_pushed_to_the_registry_and_not_built_on_preview(
    sample: Deployment,
) -> None:
    image = sample["hello-node-build"].inputs

    assert image["imageName"] == "localhost:5001/hello-node:kind"
    context = image["build"]["context"]
    assert (
        context == f".slipway/contexts/kind/hello-node/{sample['BuildContext'].inputs['context']}"
    )
    assert image["build"]["dockerfile"] == f"{context}/Dockerfile"
    assert (image["buildOnPreview"], image["skipPush"]) == (False, False)
