"""The way back from a version that fails."""

import pytest

from components.app.rollout import back
from components.app.rollout.back import Return, Versions
from components.k8s.api import ApiError

from .manifests import MANAGER, cluster, live, workload

_OLD, _NEW = workload("web@sha256:1"), workload("web@sha256:2")


def test_the_version_before_is_what_pulumi_has_in_its_state() -> None:
    assert Versions(_NEW, _OLD).earlier(live(workload("web@sha256:9"))) == _OLD


def test_a_first_version_has_none_before_it() -> None:
    assert Versions(_NEW, None).earlier(None) is None


def test_what_an_interrupted_creation_left_is_no_version_before() -> None:
    assert Versions(_NEW, None).earlier(live(_NEW)) is None


def test_an_adopted_object_is_returned_to_as_it_was_found() -> None:
    there = live(workload("other:1"))
    there["metadata"] |= {"resourceVersion": "7", "managedFields": [{}], "annotations": {"a": "1"}}

    earlier = Versions(_NEW, None).earlier(there)

    assert earlier is not None
    assert earlier["spec"] == there["spec"]
    assert earlier["metadata"] == {
        "name": "web",
        "namespace": "shop",
        "annotations": {"a": "1", "pulumi.com/patchFieldManager": MANAGER},
    }
    assert "status" not in earlier


def test_the_version_before_is_applied_and_reported_once_it_serves() -> None:
    api = cluster(live(_NEW, generation=2, availableReplicas=1))
    api.react = live

    outcome = Return(api, "credentials", _OLD).run(_NEW)

    assert api.applied == [_OLD]
    assert outcome == "returned to the version before, web@sha256:1: 3 pods serve"


def test_one_pod_is_not_called_pods() -> None:
    api = cluster(live(_NEW))
    api.react = live

    outcome = Return(api, "credentials", workload(replicas=1)).run(_NEW)

    assert outcome.endswith(": 1 pod serves")


def test_a_version_before_that_does_not_get_ready_again_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = cluster(live(_NEW))
    api.react = lambda manifest: live(manifest, availableReplicas=1)
    monkeypatch.setattr(back, "_RETURN_SECONDS", 0)

    assert Return(api, "credentials", _OLD).run(_NEW).endswith(": 1 of its 3 pods serves")


def test_pods_of_a_lost_node_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: seconds[0])
    monkeypatch.setattr("time.sleep", lambda pause: seconds.append(seconds.pop() + pause))
    api = cluster(live(_NEW))
    api.react = lambda manifest: live(manifest, availableReplicas=2)
    pods = api.lists["/api/v1/namespaces/shop/pods"]
    pods[0]["spec"]["nodeName"] = "lost"
    pods[0]["status"]["conditions"] = [{"type": "Ready", "status": "Unknown"}]
    unknown = {"type": "Ready", "status": "Unknown"}
    api.lists["/api/v1/nodes"] = [
        {"metadata": {"name": "lost"}, "status": {"conditions": [unknown]}}
    ]

    assert Return(api, "credentials", _OLD).run(_NEW).endswith(": 2 of its 3 pods serve")
    assert seconds[0] < 20


def test_a_first_version_is_removed() -> None:
    api = cluster(live(_NEW))

    outcome = Return(api, "credentials", None).run(_NEW)

    assert api.deleted == ["/apis/apps/v1/namespaces/shop/deployments/web"]
    assert "removed; nothing serves" in outcome


def test_a_return_that_the_cluster_refuses_is_reported_beside_the_failure() -> None:
    api = cluster(live(_NEW))
    api.refuse = lambda _manifest: ApiError(403, "Forbidden", "web is forbidden")

    outcome = Return(api, "credentials", _OLD).run(_NEW)

    assert outcome == "the version before could not be restored: web is forbidden"


def test_pods_that_stop_a_stateful_set_are_deleted_after_the_version_before_is_applied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(back, "_RETURN_SECONDS", 0)  # the double has no pods of its revision
    done: list[str] = []
    old = workload(kind="StatefulSet")
    api = cluster(live(old))
    api.react = lambda manifest: done.append("applied") or live(manifest)
    monkeypatch.setattr(back, "before", lambda *_: done.append("read") or "rollout")
    monkeypatch.setattr(back, "delete_stuck", lambda *_: done.append("deleted"))

    Return(api, "credentials", old).run(workload("web@sha256:2", kind="StatefulSet"))

    assert done == ["read", "applied", "deleted"]
