"""Belongs here: what a change means for pods and data, in words, and how many pods it adds."""

from typing import Any

import pytest

from commands.plan.differences import UNKNOWN
from commands.plan.effects import autoscaled, effect, extra_pods
from commands.plan.steps import resources
from tests.unit.commands.plan.previews import DEPLOYMENT, deployment, manifest, only, preview, step


def _surge(value: Any) -> dict[str, Any]:
    return {"strategy": {"rollingUpdate": {"maxSurge": value}}}


def _effect(op: str, before: Any = None, after: Any = None, kind: str = DEPLOYMENT) -> str:
    return effect(only(step(op, kind, "d", before, after)), {})


@pytest.mark.parametrize(
    ("op", "before", "after", "words"),
    [
        ("same", deployment(), deployment(), ""),
        ("create", None, deployment(3), "starts 3 pods"),
        ("create", None, deployment(None), "starts 1 pod"),
        ("delete", deployment(1), None, "ends 1 pod"),
        (
            "replace",
            deployment(3),
            deployment(2),
            "**replaced: ends all 3 pods, then starts 2**",
        ),
        ("update", deployment(3), deployment(4), "scales from 3 to 4: adds 1 pod"),
        ("update", deployment(3), deployment(1), "scales from 3 to 1: ends 2 pods"),
        ("update", deployment(3), deployment(3, paused=False), "changed in place; no pod ends"),
        (
            "update",
            deployment(3, "a", **_surge(2)),
            deployment(3, "b", **_surge(2)),
            "rolls 3 pods, up to 2 pods more at a time",
        ),
        (
            "update",
            deployment(5, "a"),
            deployment(5, UNKNOWN),
            "rolls 5 pods, up to 2 pods more at a time",
        ),
        (
            "update",
            deployment(1, "a", **_surge("50%")),
            deployment(3, "b", **_surge("50%")),
            "scales from 1 to 3: adds 2 pods; rolls 3 pods, up to 2 pods more at a time",
        ),
        (
            "update",
            deployment(3, "a"),
            deployment(3, "b", strategy={"type": "Recreate"}),
            "rolls 3 pods, all ended before the first new one starts",
        ),
    ],
)
def test_a_deployment(op: str, before: Any, after: Any, words: str) -> None:
    assert _effect(op, before, after) == words


def test_a_stateful_set_is_rolled_one_pod_after_the_other() -> None:
    before, after = ({**deployment(3, image), "kind": "StatefulSet"} for image in "ab")
    kind = "kubernetes:apps/v1:StatefulSet"
    found = only(step("update", kind, "s", before, after))
    assert effect(found, {}) == "rolls 3 pods, one after the other; volumes stay"
    assert extra_pods(found, {}) is None


@pytest.mark.parametrize(
    ("op", "kind", "words"),
    [
        ("delete", "kubernetes:core/v1:Namespace", "everything in it is deleted"),
        ("delete", "kubernetes:core/v1:PersistentVolumeClaim", "its data is lost"),
        ("create", "kubernetes:batch/v1:Job", "runs once"),
        ("update", "docker:index/image:Image", "built and pushed"),
        ("replace", "pulumi-python:dynamic/slipway:KindCluster", "in the cluster is lost"),
        ("update", "kubernetes:core/v1:Service", "changed in place; no pod ends"),
    ],
)
def test_another_resource(op: str, kind: str, words: str) -> None:
    inputs = manifest(kind.rpartition(":")[2])
    assert words in _effect(op, inputs, None if op == "delete" else inputs, kind)


def test_an_object_that_is_retained_stays() -> None:
    kind = "kubernetes:core/v1:ConfigMap"
    found = only(step("delete", kind, "c", manifest("ConfigMap"), retainOnDelete=True))
    assert "stays in the cluster" in effect(found, {})


def test_an_autoscaled_workload_has_the_bounds_of_its_autoscaler() -> None:
    kind = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
    spec = {"minReplicas": 2, "maxReplicas": 5, "scaleTargetRef": {"name": "web"}}
    hpa = manifest("HorizontalPodAutoscaler", spec=spec)
    found = resources(
        preview(
            step("same", kind, "h", hpa, hpa),
            step("update", DEPLOYMENT, "d", deployment(None, "a"), deployment(None, "b")),
        )
    )
    scaled = autoscaled(found)
    assert scaled == {"shop/web": (2, 5)}
    assert effect(found[1], scaled) == "rolls 2 to 5 pods, up to 1 pod more at a time"


@pytest.mark.parametrize(
    ("op", "before", "after", "count"),
    [
        ("create", None, deployment(3), 3),
        ("update", deployment(3), deployment(5), 2),
        ("update", deployment(3, "a", **_surge(1)), deployment(5, "b", **_surge(1)), 3),
        ("update", deployment(5), deployment(3), None),
        ("delete", deployment(5), None, None),
        ("replace", deployment(5), deployment(5), None),
    ],
)
def test_pods_that_are_added(op: str, before: Any, after: Any, count: int | None) -> None:
    found = extra_pods(only(step(op, DEPLOYMENT, "d", before, after)), {})
    assert (found and found.count) == count
    assert found is None or found.namespace == "shop"
