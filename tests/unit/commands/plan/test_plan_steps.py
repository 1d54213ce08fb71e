"""Belongs here: resources as a preview has them, with their operations and without secrets."""

import pytest

from commands.plan.steps import Operation, messages, resources
from tests.unit.commands.plan.previews import DEPLOYMENT, deployment, manifest, only, preview, step

_SECRET = "kubernetes:core/v1:Secret"


@pytest.mark.parametrize(
    ("op", "operation"),
    [
        ("create", Operation.CREATE),
        ("update", Operation.UPDATE),
        ("delete", Operation.DELETE),
        ("same", Operation.SAME),
        ("read", Operation.SAME),
        ("a new one of Pulumi", Operation.UPDATE),
    ],
)
def test_a_step_is_an_operation(op: str, operation: Operation) -> None:
    assert only(step(op, DEPLOYMENT, "web", deployment(), deployment())).operation is operation


def test_the_steps_of_a_replacement_are_one_resource() -> None:
    before, after = deployment(1), deployment(2)
    found = only(
        step("create-replacement", DEPLOYMENT, "web", before, after),
        step("replace", DEPLOYMENT, "web", before, after),
        step("delete-replaced", DEPLOYMENT, "web", before),
    )
    assert found.operation is Operation.REPLACE
    assert (found.before, found.after) == (before, after)


def test_a_deleted_resource_has_no_inputs_afterwards() -> None:
    found = only(step("delete", DEPLOYMENT, "web", deployment(), retainOnDelete=True))
    assert found.after is None
    assert found.is_retained


def test_an_object_is_named_by_namespace_and_name_and_others_as_the_resource() -> None:
    assert only(step("create", DEPLOYMENT, "d", after=deployment())).name == "shop/web"
    kind = "pulumi-python:dynamic/slipway:KindCluster"
    found = only(step("create", kind, "target-cluster", after={"name": "x"}))
    assert (found.kind, found.name, found.is_object) == ("KindCluster", "target-cluster", False)


@pytest.mark.parametrize(
    ("kind", "is_stateful"),
    [
        ("kubernetes:apps/v1:StatefulSet", True),
        ("kubernetes:core/v1:PersistentVolumeClaim", True),
        ("kubernetes:core/v1:Namespace", True),
        ("docker:index/volume:Volume", True),
        ("pulumi-python:dynamic/slipway:KindCluster", True),
        (DEPLOYMENT, False),
        ("pulumi-python:dynamic/slipway:KindNodes", False),
    ],
)
def test_what_holds_data_is_marked(kind: str, is_stateful: bool) -> None:
    inputs = manifest(kind.rpartition(":")[2])
    assert only(step("update", kind, "x", inputs, inputs)).is_stateful is is_stateful


def test_the_content_of_a_secret_is_hidden_though_it_is_not_marked() -> None:
    inputs = manifest("Secret", stringData={"TOKEN": "canary"}, data="canary")
    found = only(step("create", _SECRET, "s", after=inputs))
    assert "canary" not in str(found)
    assert found.manifest["stringData"] == {"TOKEN": "[secret]"}


def test_the_way_to_the_cluster_is_left_out() -> None:
    kind = "pulumi:providers:kubernetes"
    found = only(step("same", kind, "k", {"kubeconfig": "a"}, {"kubeconfig": "b", "x": 1}))
    assert found.after == {"x": 1}


def test_the_id_of_a_provider_is_left_out() -> None:
    found = only(step("same", DEPLOYMENT, "d", deployment(), deployment(), provider="urn::k::id"))
    assert found.options == {"provider": "urn::k"}


def test_messages_are_those_with_a_text() -> None:
    said = [{"message": "rebuilt\n"}, {"message": "\n"}, {}]
    assert messages(preview(diagnostics=said)) == ["rebuilt"]
    assert resources({}) == [] and messages({}) == []
