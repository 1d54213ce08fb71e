"""Belongs here: how `make status` shows rollouts, pods, nodes and events."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.recent import duration, recent, restarts
from commands.runs import cron_job_runs, job_runs
from commands.stack import Stack
from commands.status import (
    pods_per_node,
    readiness,
    rollout,
    status,
)
from tests.unit.commands.fakes import Program, as_text, deployed, resource


def _deployment(
    *, desired: int = 3, seen: int = 2, progressing: str = "True", **counts: int
) -> dict[str, Any]:
    conditions = [{"type": "Progressing", "status": progressing}]
    return {
        "metadata": {"generation": 2},
        "spec": {"replicas": desired},
        "status": {"observedGeneration": seen, "conditions": conditions, **counts},
    }


@pytest.mark.parametrize(
    ("deployment", "words"),
    [
        (
            _deployment(replicas=3, updatedReplicas=3, readyReplicas=3),
            "complete: 3 of 3 replicas ready",
        ),
        (_deployment(desired=0), "complete: 0 of 0 replicas ready"),
        (
            _deployment(replicas=4, updatedReplicas=3, readyReplicas=3),
            "under way: 3 of 3 replicas ready, 3 of this version",
        ),
        (
            _deployment(replicas=4, updatedReplicas=2, readyReplicas=3),
            "under way: 3 of 3 replicas ready, 2 of this version",
        ),
        (
            _deployment(seen=1, replicas=3, updatedReplicas=3, readyReplicas=3),
            "under way: 3 of 3 replicas ready, 3 of this version",
        ),
        (
            _deployment(progressing="False", replicas=4, updatedReplicas=1, readyReplicas=3),
            "stuck: 3 of 3 replicas ready, 1 of this version",
        ),
        (
            _deployment(seen=1, progressing="False", replicas=3, readyReplicas=3),
            "under way: 3 of 3 replicas ready, 0 of this version",
        ),
        (
            {"metadata": {"generation": 1}, "spec": {}},
            "under way: 0 of 1 replicas ready, 0 of this version",
        ),
    ],
    ids=[
        "all new and ready",
        "scaled to none",
        "an old pod is left",
        "not all are new",
        "change not seen yet",
        "deadline passed",
        "an earlier version's deadline passed",
        "just made",
    ],
)
def test_a_rollout_is_described_in_words(deployment: dict[str, Any], words: str) -> None:
    assert rollout(deployment) == words


def _pod(name: str, node: str | None = None, *, ready: bool = True, **more: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "spec": {"nodeName": node} if node else {},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": str(ready)}],
            **more,
        },
    }


def _waiting(container: str, reason: str) -> dict[str, Any]:
    return {"name": container, "state": {"waiting": {"reason": reason}}}


def test_ready_pods_are_counted_for_each_node() -> None:
    pods = [_pod("a", "w2"), _pod("b", "w1"), _pod("c", "w2")]
    assert pods_per_node(pods) == "1 on w1\n2 on w2"


def test_without_pods_there_is_none() -> None:
    assert pods_per_node([]) == "none"


_ENDING = _pod("e", "w1", ready=False)
_ENDING["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("pod", "words"),
    [
        (
            _pod(
                *("b", "w1"),
                ready=False,
                phase="Pending",
                containerStatuses=[_waiting("web", "ImagePullBackOff")],
            ),
            "b: web ImagePullBackOff",
        ),
        (
            _pod(
                *("i", "w1"),
                ready=False,
                phase="Pending",
                initContainerStatuses=[_waiting("data", "CrashLoopBackOff")],
                containerStatuses=[_waiting("web", "PodInitializing")],
            ),
            "i: data CrashLoopBackOff",
        ),
        (
            _pod("r", "w1", ready=False, containerStatuses=[{"name": "web", "state": {}}]),
            "r: running, not ready",
        ),
        (_pod("p", ready=False, phase="Pending", conditions=[]), "p: Pending"),
        (_ENDING, "e: ending"),
    ],
    ids=["no image", "first container fails", "not ready", "no node yet", "ending"],
)
def test_a_pod_that_is_not_ready_shows_what_it_waits_for(pod: dict[str, Any], words: str) -> None:
    assert pods_per_node([_pod("a", "w1"), pod]) == f"1 on w1\n{words}"


def test_status_shows_nodes_and_the_application_of_the_stack(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    of_cluster = "--context kind-slipway-kind --request-timeout=10s get"
    made = {"metadata": {"name": "hello", "namespace": "ns"}}
    known = resource("kubernetes:apps/v1:Deployment", "hello", inputs=made, outputs=made)
    pulumi.answers("stack export", as_text(deployed(known, url="http://localhost:8080")))
    deployment = _deployment(replicas=3, updatedReplicas=3, readyReplicas=3)
    deployment["spec"] |= {
        "selector": {"matchLabels": {"app": "hello", "stack": "kind"}},
        "template": {
            "spec": {"containers": [{"name": "web", "image": "localhost/hello@sha256:1"}]}
        },
    }
    kubectl.answers(f"{of_cluster} deployment hello --namespace=ns", json.dumps(deployment))
    pods = {"items": [_pod("a", "worker"), _pod("b", "worker")]}
    chosen = "--namespace=ns --selector=app=hello,stack=kind"
    kubectl.answers(f"{of_cluster} pods {chosen}", json.dumps(pods))
    kubectl.answers(f"{of_cluster} nodes", json.dumps({"items": [_node(True), _node(False)]}))

    nodes_events = "--namespace=default --field-selector=involvedObject.kind=Node"
    kubectl.answers(f"{of_cluster} events {nodes_events}", json.dumps({"items": []}))
    lost = _event("NodeNotReady", "Node w2 status is now: NodeNotReady", seconds=40)
    kubectl.answers(f"{of_cluster} events --namespace=ns", json.dumps({"items": [lost]}))

    status(stack)

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["cp", "control", "plane", "ready", "v1.35.4"] in lines
    assert ["worker", "worker", "not", "ready", "v1.35.4"] in lines
    assert ["image", "of", "web", "localhost/hello@sha256:1"] in lines
    assert ["rollout", "complete:", "3", "of", "3", "replicas", "ready"] in lines
    assert ["pods", "2", "on", "worker"] in lines
    assert ["address", "http://localhost:8080"] in lines
    (happened,) = [line for line in lines if "NodeNotReady" in line]
    assert happened[1:3] == ["s", "node"]
    assert ["age", "object", "event"] in lines


@pytest.mark.parametrize(
    ("kind", "spec", "row"),
    [
        ("apps/v1:StatefulSet", {"replicas": 0}, ["rollout", "complete:", "0", "of", "0"]),
        ("batch/v1:Job", {}, ["runs", "under", "way:", "1", "active,"]),
        ("batch/v1:CronJob", {"schedule": "@daily"}, ["runs", "@daily:", "0", "active,"]),
    ],
)
def test_status_shows_workloads_of_every_kind(
    stack: Stack,
    pulumi: Program,
    kubectl: Program,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    spec: dict[str, Any],
    row: list[str],
) -> None:
    made = {"metadata": {"name": "data", "namespace": "ns"}}
    known = resource(f"kubernetes:{kind}", "data", outputs=made)
    pulumi.answers("stack export", as_text(deployed(known)))
    template = {
        "metadata": {"labels": {"app": "data"}},
        "spec": {"containers": [{"name": "db", "image": "postgres"}]},
    }
    if kind.endswith("CronJob"):
        spec = {**spec, "jobTemplate": {"spec": {"template": template}}}
        counts: dict[str, Any] = {}
    else:
        spec = {**spec, "selector": {"matchLabels": {"app": "data"}}, "template": template}
        counts = {"observedGeneration": 2, "active": 1}
    workload = {"metadata": {"generation": 2}, "spec": spec, "status": counts}
    of_cluster = "--context kind-slipway-kind --request-timeout=10s get"
    kubectl.answers(f"{of_cluster}", '{"items": []}')
    kubectl.answers(f"{of_cluster} namespace", "uid-1")
    name = kind.rpartition(":")[2].lower()
    kubectl.answers(f"{of_cluster} {name} data --namespace=ns", json.dumps(workload))
    pods = json.dumps({"items": [_pod("a", "worker")]})
    kubectl.answers(f"{of_cluster} pods --namespace=ns --selector=app=data", pods)

    status(stack)

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert row in [line[: len(row)] for line in lines]
    assert ["pods", "1", "on", "worker"] in lines
    assert any(line[:1] == ["address"] for line in lines) == kind.endswith("StatefulSet")


def test_a_workload_that_is_gone_from_the_cluster_does_not_hide_the_rest(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    """A finished Job may have been removed by its time to live."""
    made = {"metadata": {"name": "data", "namespace": "ns"}}
    pulumi.answers(
        "stack export", as_text(deployed(resource("kubernetes:batch/v1:Job", "data", outputs=made)))
    )
    of_cluster = "--context kind-slipway-kind --request-timeout=10s get"
    kubectl.answers(of_cluster, '{"items": []}')
    kubectl.answers(f"{of_cluster} namespace", "uid-1")
    kubectl.answers(f"{of_cluster} job data --namespace=ns --ignore-not-found", "")
    status(stack)
    assert "the Job is in the state, but not in the cluster" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("status_", "words"),
    [
        ({}, "under way: 0 active, 0 done"),
        ({"active": 1, "failed": 2}, "under way: 1 active, 0 done, 2 failed"),
        ({"conditions": [{"type": "Complete", "status": "True"}]}, "complete"),
        (
            {"conditions": [{"type": "Failed", "status": "True", "message": "BackoffLimit"}]},
            "failed: BackoffLimit",
        ),
        ({"conditions": [{"type": "Failed", "status": "False"}]}, "under way: 0 active, 0 done"),
    ],
)
def test_a_job_is_described_in_words(status_: dict[str, Any], words: str) -> None:
    assert job_runs({"status": status_}) == words


def test_a_cron_job_shows_its_last_runs() -> None:
    job = {
        "spec": {"schedule": "0 3 * * *", "suspend": True},
        "status": {"active": [{}], "lastScheduleTime": "2026-01-01T03:00:00Z"},
    }
    assert cron_job_runs(job) == (
        "0 3 * * *, suspended: 1 active, last started 2026-01-01T03:00:00Z, last succeeded never"
    )


def _node(control_plane: bool) -> dict[str, Any]:
    labels = {"node-role.kubernetes.io/control-plane": ""} if control_plane else {}
    return {
        "metadata": {"name": "cp" if control_plane else "worker", "labels": labels},
        "status": {
            "conditions": [{"type": "Ready", "status": "True" if control_plane else "Unknown"}],
            "nodeInfo": {"kubeletVersion": "v1.35.4"},
        },
    }


_NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def _event(
    reason: str, message: str, *, seconds: int, now: datetime | None = None
) -> dict[str, Any]:
    at = (now or datetime.now(UTC)) - timedelta(seconds=seconds)
    return {
        "reason": reason,
        "message": message,
        "involvedObject": {"kind": "Node", "name": "w2"},
        "lastTimestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def test_losses_and_replacements_are_shown_in_order_and_the_rest_is_left_out() -> None:
    events = [
        _event("SuccessfulCreate", "Created pod: b", seconds=20, now=_NOW),
        _event("NodeNotReady", "Node w2 status is now: NodeNotReady", seconds=60, now=_NOW),
        _event("Pulled", "Container image already present", seconds=10, now=_NOW),
        _event("NodeNotReady", "long ago", seconds=7200, now=_NOW),
        {"reason": "Killing", "involvedObject": {"kind": "Pod", "name": "a"}},
    ]

    assert recent(events, _NOW) == [
        ("60 s", "node w2", "Node w2 status is now: NodeNotReady"),
        ("20 s", "node w2", "Created pod: b"),
    ]


def test_a_restarted_container_shows_the_reason() -> None:
    ended = {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-01-01T11:55:00Z"}
    again = {"name": "web", "restartCount": 2, "lastState": {"terminated": ended}}
    never = {"name": "data", "restartCount": 0, "lastState": {}}
    pods = [_pod("a", "w1", containerStatuses=[again], initContainerStatuses=[never])]

    assert restarts(pods, _NOW) == ["web of a: 2 (last: OOMKilled, exit code 137, 5 min ago)"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(-3, "0 s"), (119, "119 s"), (120, "2 min"), (7300, "2 h")]
)
def test_a_time_is_shown_in_the_unit_that_fits(seconds: int, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("ready", "since", "made", "words"),
    [
        ("Unknown", "11:59:20", "09:00:00", "not ready for 40 s"),
        ("True", "11:55:00", "09:00:00", "ready for 5 min"),
        ("True", "09:00:30", "09:00:00", "ready"),
        ("True", "11:59:40", "11:59:20", "ready"),
    ],
    ids=["lost", "back again", "long ready", "just made"],
)
def test_a_node_shows_how_long_it_is_lost_or_back(
    ready: str, since: str, made: str, words: str
) -> None:
    condition = {"type": "Ready", "status": ready, "lastTransitionTime": f"2026-01-01T{since}Z"}
    node = {
        "metadata": {"creationTimestamp": f"2026-01-01T{made}Z"},
        "status": {"conditions": [condition]},
    }

    assert readiness(node, _NOW) == words
