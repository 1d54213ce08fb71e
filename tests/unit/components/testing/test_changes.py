"""Deployments in a row show what an update does."""

from typing import Any

import pulumi
import pytest

from components.testing import Changes, Deployment, ProtectedResource, deploy
from tests.unit.components.testing.programs import Group, Thing, kubernetes, manifest, workload


def things(**sizes: int) -> Any:
    """Return a program with things of these sizes."""

    def program() -> None:
        for name, size in sizes.items():
            Thing(name, size=size)

    return program


def test_resources_are_created_updated_deleted_or_stay() -> None:
    first = deploy(things(a=1, b=1, c=1))
    second = deploy(things(a=1, b=2, d=1), before=first)

    assert first.changes == Changes(created=("a", "b", "c"))
    assert second.changes == Changes(
        created=("d",), updated=("b",), deleted=("c",), same=("a",), fields={"b": ("size",)}
    )
    assert not deploy(things(a=1, b=2, d=1), before=second).changes


def updated(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """Return what happens to one Kubernetes object."""
    first = deploy(lambda: kubernetes("web", before))
    return deploy(lambda: kubernetes("web", after), before=first).changes


def test_an_object_is_replaced_for_an_immutable_field_only() -> None:
    other = workload()
    other["spec"]["selector"]["matchLabels"] = {"app": "shop"}
    other["spec"]["template"]["metadata"]["labels"] = {"app": "shop"}

    assert updated(workload(), workload(replicas=3)).updated == ("web",)
    assert updated(workload(), other).replaced == ("web",)
    assert updated(workload(), workload("shop")).replaced == ("web",)


def test_immutable_configuration_is_replaced() -> None:
    old = manifest("ConfigMap", "c", data={"a": "1"}, immutable=True)

    assert updated(old, {**old, "data": {"a": "2"}}).replaced == ("web",)


def test_changes_under_ignore_changes_are_none() -> None:
    def program(size: int) -> Deployment:
        options = pulumi.ResourceOptions(ignore_changes=["tags.size"])
        return deploy(lambda: Thing("first", options, tags={"size": size}), before=before)

    before = None
    before = program(1)
    later = program(2)

    assert later.changes.same == ("first",)
    assert later["first"]["tags.size"] == 1


def test_replace_on_changes_replaces() -> None:
    options = pulumi.ResourceOptions(replace_on_changes=["tags"])
    first = deploy(lambda: Thing("first", options, tags={"a": "1"}, size=1))

    def next_one(**props: Any) -> Changes:
        return deploy(lambda: Thing("first", options, **props), before=first).changes

    assert next_one(tags={"a": "2"}, size=1).replaced == ("first",)
    assert next_one(tags={"a": "1"}, size=2).updated == ("first",)


def test_a_renamed_resource_with_an_alias_stays() -> None:
    first = deploy(things(old=1))
    options = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")])

    assert deploy(lambda: Thing("new", options, size=1), before=first).changes == Changes(
        same=("new",)
    )


def test_children_of_a_component_with_an_alias_stay() -> None:
    first = deploy(lambda: Group("shop"))

    class Renamed(pulumi.ComponentResource):
        def __init__(self) -> None:
            alias = pulumi.Alias(type_="shop:index:Group")
            super().__init__(
                "shop:index:Team", "shop", None, pulumi.ResourceOptions(aliases=[alias])
            )
            Thing("shop-thing", pulumi.ResourceOptions(parent=self), size=1)

    assert deploy(Renamed, before=first).changes == Changes(same=("shop-thing", "shop"))


def test_a_protected_resource_is_neither_deleted_nor_replaced() -> None:
    first = deploy(lambda: kubernetes("web", workload(), protect=True))

    with pytest.raises(ProtectedResource, match="deleted"):
        deploy(lambda: None, before=first)
    with pytest.raises(ProtectedResource, match=r"replaced: metadata\.name"):
        deploy(lambda: kubernetes("web", workload("shop")), before=first)
