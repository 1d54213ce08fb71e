"""Belongs here: to which setting a changed field belongs, and why one belongs to none."""

import copy
from typing import Any

import pytest

from commands.drift.declared import declared_objects
from commands.drift.findings import findings
from commands.drift.proposals import proposals
from commands.drift.proposed import Proposed
from tests.unit.commands.drift import objects
from tests.unit.commands.drift.objects import live, write
from tests.unit.commands.drift.states import state_of

_CONTAINER = "spec/template/spec/containers/0"
_CRON = "spec/jobTemplate/spec/template/spec/containers/0"
_SENTENCE = "it may be a secret, which is never written in plain text"


def _proposed(manifest: dict[str, Any], *changes: tuple[str, Any]) -> list[Proposed]:
    current = live(manifest)
    for where, value in changes:
        write(current, where, value)
    declared = declared_objects(state_of(manifest))
    return proposals(findings(declared, {declared[0].place: current}))


@pytest.mark.parametrize(
    ("manifest", "where", "value", "settings"),
    [
        (objects.DEPLOYMENT, "spec/replicas", 7, {"replicas": 7}),
        (objects.STATEFUL_SET, "spec/replicas", 0, {"replicas": 0}),
        (objects.CRON_JOB, "spec/schedule", "0 4 * * *", {"job.schedule": "0 4 * * *"}),
        (objects.CRON_JOB, "spec/concurrencyPolicy", "Allow", {"job.concurrency": "Allow"}),
        (objects.CRON_JOB, "spec/jobTemplate/spec/backoffLimit", 5, {"job.retries": 5}),
        (objects.CRON_JOB, f"{_CRON}/env/0/value", "slow", {"env.MODE": "slow"}),
        (objects.AUTOSCALER, "spec/minReplicas", 3, {"autoscale.min": 3}),
        (objects.AUTOSCALER, "spec/maxReplicas", 9, {"autoscale.max": 9}),
        (
            *(objects.QUOTA, "spec/hard/requests.memory", "1Gi"),
            {"target.namespaces.quota.requests.memory": "1Gi"},
        ),
        (objects.DEPLOYMENT, f"{_CONTAINER}/env/0/value", "slow", {"env.MODE": "slow"}),
        (objects.DEPLOYMENT, f"{_CONTAINER}/command", ["node"], {"command": ["node"]}),
        (objects.DEPLOYMENT, f"{_CONTAINER}/resources/requests/cpu", "2", {"cpu": "2"}),
        (objects.DEPLOYMENT, f"{_CONTAINER}/resources/limits/cpu", "2", {"cpuLimit": "2"}),
        (
            *(objects.DEPLOYMENT, f"{_CONTAINER}/image"),
            *("r.example/x@sha256:2", {"reference": "r.example/x@sha256:2"}),
        ),
    ],
)
def test_a_field_of_a_setting_is_proposed(
    manifest: dict[str, Any], where: str, value: Any, settings: dict[str, Any]
) -> None:
    (proposed,) = _proposed(manifest, (where, value))

    assert {".".join(path): value for path, value in proposed.settings} == settings
    assert proposed.message["live"] == value
    assert proposed.message["application"] == (None if manifest is objects.QUOTA else "web")


@pytest.mark.parametrize(
    ("manifest", "where", "value", "reason"),
    [
        (objects.SERVICE, "spec/selector", {"app": "x"}, "no setting has this field"),
        (objects.POLICY, "spec/policyTypes", ["Ingress"], "the policy is made of"),
        (objects.DEPLOYMENT, "metadata/labels/slipway.dev~1x", "y", ""),
        (objects.DEPLOYMENT, f"{_CONTAINER}/image", "r.example/x:2", "an image by a tag"),
        (objects.SECRET, "data/KEY", "eA==", _SENTENCE),
    ],
)
def test_a_field_without_a_setting_says_why(
    manifest: dict[str, Any], where: str, value: Any, reason: str
) -> None:
    found = _proposed(manifest, (where, value))

    assert [each.reason.startswith(reason) for each in found] == ([True] if reason else [])
    assert not any(each.settings for each in found)


def test_an_own_label_says_why() -> None:
    (proposed,) = _proposed(
        objects.DEPLOYMENT, ("metadata/labels/app.kubernetes.io~1name", "other")
    )

    assert proposed.reason == "the labels are Slipway's own"


def test_memory_keeps_the_limit_that_the_cluster_has() -> None:
    manifest = copy.deepcopy(objects.DEPLOYMENT)
    resources = manifest["spec"]["template"]["spec"]["containers"][0]["resources"]
    resources["limits"]["memory"] = "64Mi"

    (proposed,) = _proposed(manifest, (f"{_CONTAINER}/resources/requests/memory", "32Mi"))

    assert proposed.settings == ((("memory",), "32Mi"), (("memoryLimit",), "64Mi"))


def test_a_text_in_place_of_a_secret_is_never_proposed() -> None:
    current = live(objects.DEPLOYMENT)
    variable = current["spec"]["template"]["spec"]["containers"][0]["env"][1]
    del variable["valueFrom"]
    variable["value"] = "plain"
    declared = declared_objects(state_of(objects.DEPLOYMENT))

    found = proposals(findings(declared, {declared[0].place: current}))

    assert found
    assert all(each.reason and not each.settings for each in found)


def test_a_variable_that_comes_from_elsewhere_now_is_not_removed() -> None:
    current = live(objects.DEPLOYMENT)
    variable = current["spec"]["template"]["spec"]["containers"][0]["env"][0]
    write(current, f"{_CONTAINER}/env/0/value", None)
    variable["valueFrom"] = {"configMapKeyRef": {"name": "modes", "key": "MODE"}}
    declared = declared_objects(state_of(objects.DEPLOYMENT))

    found = proposals(findings(declared, {declared[0].place: current}))

    assert found
    assert all(each.reason == "no setting has this field" for each in found)


def test_the_time_to_drain_leaves_the_period_of_grace_as_it_is() -> None:
    manifest = copy.deepcopy(objects.DEPLOYMENT)
    pod = manifest["spec"]["template"]["spec"]
    pod["terminationGracePeriodSeconds"] = 31
    pod["containers"][0]["lifecycle"] = {"preStop": {"sleep": {"seconds": 1}}}

    (drain,) = _proposed(manifest, (f"{_CONTAINER}/lifecycle/preStop/sleep/seconds", 5))
    (period,) = _proposed(manifest, ("spec/template/spec/terminationGracePeriodSeconds", 99))

    assert drain.settings == ((("drainSeconds",), 5), (("shutdownSeconds",), 26))
    assert period.settings == ((("shutdownSeconds",), 98),)


def test_targets_of_an_autoscaler_are_settings_unless_a_metric_is_another_ones() -> None:
    manifest = copy.deepcopy(objects.AUTOSCALER)
    (metric,) = manifest["spec"]["metrics"]
    metric["resource"]["target"]["averageUtilization"] = 70
    other = copy.deepcopy(metric)
    other["resource"]["target"]["averageUtilization"] = 80
    pods = {"type": "Pods", "pods": {"metric": {"name": "queue"}}}

    (cpu,) = _proposed(manifest, ("spec/metrics", [other]))
    (more,) = _proposed(manifest, ("spec/metrics", [other, pods]))

    assert cpu.settings == ((("autoscale", "cpu"), 80),)
    assert more.reason == "its metrics are not those of CPU and memory"


def test_the_port_of_a_service_is_a_setting() -> None:
    current = live(objects.SERVICE)
    write(current, "spec/ports/0", {**current["spec"]["ports"][0], "port": 81})
    declared = declared_objects(state_of(objects.SERVICE))

    (proposed,) = proposals(findings(declared, {declared[0].place: current}))

    assert proposed.settings == ((("service", "port"), 81),)
    assert proposed.message["declared"] == 80
    assert proposed.message["field"] == ["spec", "ports", {"name": "http"}, "port"]


def test_an_object_that_differs_as_a_whole_is_no_setting() -> None:
    declared = declared_objects(state_of(objects.SERVICE))

    (proposed,) = proposals(findings(declared, {}))

    assert proposed.reason == "an object that is missing is no setting"
