"""Belongs here: the lines in which `make up` and `make preview` report changes by hand."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from commands.drift.declared import Declared
from commands.drift.findings import Finding, findings
from commands.drift.values import HIDDEN
from commands.drift.words import Outlook, lines
from tests.unit.commands.drift import objects
from tests.unit.commands.drift.objects import MANAGER, live, write

_NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
_IMAGE = "spec/template/spec/containers/0/image"


def _found(declared: dict[str, Any], current: dict[str, Any] | None) -> list[Finding]:
    own = Declared("urn", declared, MANAGER, 600)
    return findings([own], {} if current is None else {own.place: current})


def _lines(declared: dict[str, Any], current: dict[str, Any] | None) -> list[str]:
    return lines(_found(declared, current), _NOW, Outlook.UPDATE)


def test_a_changed_field_is_reported_from_what_to_what_by_whom_and_when() -> None:
    current = live(objects.DEPLOYMENT)
    write(current, "spec/replicas", 5, manager="kubectl")
    assert _lines(objects.DEPLOYMENT, current) == [
        (
            "shop/web: the Deployment's spec.replicas was changed from 3 to 5 by kubectl "
            "4 min ago; set back to 3"
        )
    ]


def test_a_preview_reports_the_same_and_says_what_sets_it_back() -> None:
    current = live(objects.SERVICE)
    write(current, "spec/type", "NodePort")
    found = [*_found(objects.SERVICE, current), *_found(objects.POLICY, None)]
    assert lines(found, _NOW, Outlook.PREVIEW) == [
        (
            "shop/web: the Service's spec.type was changed from ClusterIP to NodePort by "
            "kubectl-edit 4 min ago; `make up` sets it back to ClusterIP"
        ),
        "shop/web: the NetworkPolicy was deleted; `make up` recreates it",
    ]


def test_a_deleted_object_is_recreated() -> None:
    assert _lines(objects.NAMESPACE, None) == ["shop: the Namespace was deleted; recreated"]


def test_a_removed_field_is_reported_without_an_author() -> None:
    current = live(objects.DEPLOYMENT)
    write(current, "metadata/labels/app.kubernetes.io~1name", None)
    assert _lines(objects.DEPLOYMENT, current) == [
        (
            "shop/web: the Deployment's metadata.labels[app.kubernetes.io/name] was removed; "
            "set back to web"
        )
    ]


def test_a_paused_rollout_is_resumed() -> None:
    current = live(objects.DEPLOYMENT)
    write(current, "spec/paused", True, manager="kubectl-rollout")
    assert _lines(objects.DEPLOYMENT, current) == [
        (
            "shop/web: the Deployment's spec.paused was set to true by kubectl-rollout 4 min ago; "
            "removed"
        )
    ]


def test_an_object_that_is_being_deleted_names_what_keeps_it() -> None:
    current = live(objects.SERVICE)
    current["metadata"] |= {"deletionTimestamp": "2026-11-30T11:00:00Z", "finalizers": ["lb/x"]}
    assert _lines(objects.SERVICE, current) == [
        (
            "shop/web: the Service is being deleted, and the finalizers lb/x keep it; recreated "
            "once it is gone"
        )
    ]


def test_an_object_that_another_stack_adopted_is_left() -> None:
    current = live(objects.SERVICE)
    write(current, "metadata/labels/slipway.dev~1stack", "other-dev")
    assert _lines(objects.SERVICE, current) == [
        "shop/web: the Service is owned by the stack other-dev now; left as it is"
    ]


def test_an_object_that_a_second_checkout_of_the_stack_adopted_is_left() -> None:
    declared = live(objects.SERVICE)
    write(declared, "metadata/labels/slipway.dev~1owner", "0123")
    current = live(objects.SERVICE)
    write(current, "metadata/labels/slipway.dev~1owner", "4567")
    stack = current["metadata"]["labels"]["slipway.dev/stack"]

    assert _lines(declared, current) == [
        (
            f"shop/web: the Service is owned by the stack {stack} with another state now; left as "
            "it is"
        )
    ]


def test_a_long_value_is_cut_off() -> None:
    current = live(objects.FILES)
    write(current, "data/motd", "long\n" * 99)
    (line,) = _lines(objects.FILES, current)
    assert "to long long" in line
    assert "…" in line
    assert len(line) < 250


@pytest.mark.parametrize("value", [HIDDEN, "aGVsbG8="])
def test_the_content_of_a_secret_is_never_shown(value: Any) -> None:
    declared = {**objects.SECRET, "data": {"KEY": value}}
    current = live(objects.SECRET)
    write(current, "data/KEY", "Ynll")
    assert _lines(declared, current) == [
        "shop/web-secrets-1: the Secret's data.KEY was changed by kubectl-edit 4 min ago; set back"
    ]


def test_a_value_in_place_of_the_reference_to_a_secret_is_not_shown() -> None:
    current = live(objects.DEPLOYMENT)
    write(current, "spec/template/spec/containers/0/env/1/value", "s3cret", manager="kubectl-set")
    (line,) = _lines(objects.DEPLOYMENT, current)
    assert "env[KEY].value was set by kubectl-set 4 min ago; removed" in line
    assert "s3cret" not in line


def _serving(ready: int) -> dict[str, Any]:
    current = live(objects.DEPLOYMENT)
    current["status"] = {"readyReplicas": ready}
    write(current, _IMAGE, "web:2", manager="kubectl-set")
    return current


def test_a_workload_that_serves_another_version_is_left_to_the_update() -> None:
    (line,) = _lines(objects.DEPLOYMENT, _serving(3))
    assert line.endswith("by kubectl-set 4 min ago; taken back with this update")


def test_a_workload_that_serves_nothing_is_set_back_at_once() -> None:
    (line,) = _lines(objects.DEPLOYMENT, _serving(2))
    assert line.endswith("; set back to localhost:5001/web@sha256:1")


def test_a_changed_number_of_pods_is_set_back_at_once() -> None:
    current = live(objects.DEPLOYMENT)
    current["status"] = {"readyReplicas": 5}
    write(current, "spec/replicas", 5)
    (finding,) = _found(objects.DEPLOYMENT, current)
    assert not finding.waits_for_update


def test_a_rollout_that_was_killed_is_one_line_and_waits_for_the_update() -> None:
    newer = copy.deepcopy(objects.DEPLOYMENT)
    newer["metadata"]["annotations"]["slipway.dev/unfinished-rollout"] = "true"
    found = _found(objects.DEPLOYMENT, live(newer))
    subject = "shop/web: the Deployment has a version whose rollout was killed"

    assert lines(found, _NOW, Outlook.PREVIEW) == [f"{subject}; `make up` replaces it"]
    assert lines(found, _NOW, Outlook.UPDATE) == [f"{subject}; replaced with this update"]
    assert lines(found, _NOW, Outlook.NOW) == [f"{subject}; set back to the declared one"]
