"""Objects of a cluster as its API shows them, and rollouts as lines of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from components.diagnosis import Failed, Going, Healthy, Judge, Limits, Reading, Verdict
from components.k8s.objects import Manifest

START = datetime(2026, 11, 30, 12, 0, 0, tzinfo=UTC)
LIMITS = Limits(startup_seconds=60, min_ready_seconds=1)

_NEW, _OLD = "uid-rs-new", "uid-rs-old"


def at(seconds: float) -> str:
    """Return the time of the API, so many seconds after the start of a rollout."""
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def deployment(
    replicas: int = 1, updated: int = 0, available: int = 0, total: int | None = None, **spec: Any
) -> Manifest:
    total = replicas if total is None else total
    counts = {"replicas": total, "updatedReplicas": updated, "availableReplicas": available}
    return {
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "uid": "uid-web", "generation": 2},
        "spec": {"replicas": replicas, **spec},
        "status": {"observedGeneration": 2, **counts},
    }


def stateful_set(
    replicas: int = 1, updated: int = 0, ready: int = 0, current: str = "r1"
) -> Manifest:
    counts = {"replicas": replicas, "updatedReplicas": updated}
    revisions = {"currentRevision": current, "updateRevision": "r2"}
    return {
        **deployment(replicas),
        "kind": "StatefulSet",
        "status": {
            "observedGeneration": 2,
            **counts,
            "readyReplicas": ready,
            "availableReplicas": ready,
            **revisions,
        },
    }


def job(*conditions: Manifest) -> Manifest:
    return {
        "kind": "Job",
        "metadata": {"name": "web-migration-1", "namespace": "shop", "uid": "uid-web"},
        "spec": {"backoffLimit": 0, "activeDeadlineSeconds": 300},
        "status": {"conditions": list(conditions)},
    }


def condition(kind: str, status: str = "True", reason: str = "", message: str = "") -> Manifest:
    return {"type": kind, "status": status, "reason": reason, "message": message}


def replica_sets(*conditions: Manifest) -> tuple[Manifest, ...]:
    def one(uid: str, revision: int, *its: Manifest) -> Manifest:
        metadata = {
            "name": uid,
            "uid": uid,
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [{"uid": "uid-web"}],
        }
        return {"metadata": metadata, "status": {"conditions": list(its)}}

    return one(_OLD, 1), one(_NEW, 2, *conditions)


def running(
    seconds: float = 1, *, ready: bool = False, restarts: int = 0, last: Any = None
) -> Manifest:
    status = {"state": {"running": {"startedAt": at(seconds)}}, "ready": ready}
    ended = {"lastState": {"terminated": last}} if last else {}
    return {**status, **ended, "restartCount": restarts}


def end(
    code: int = 1,
    *,
    reason: str = "Error",
    message: str = "",
    at_seconds: float = 3,
    ran: float = 1,
) -> Manifest:
    times = {"startedAt": at(at_seconds - ran), "finishedAt": at(at_seconds)}
    return {"exitCode": code, "reason": reason, "message": message, **times}


def terminated(last: Manifest, restarts: int = 0) -> Manifest:
    return {"state": {"terminated": last}, "ready": False, "restartCount": restarts}


def waiting(
    reason: str, message: str = "", *, last: Manifest | None = None, restarts: int = 0
) -> Manifest:
    state = {"state": {"waiting": {"reason": reason, "message": message}}, "ready": False}
    ended = {"lastState": {"terminated": last}} if last else {}
    return {**state, **ended, "restartCount": restarts}


def backing_off(last: Manifest, restarts: int) -> Manifest:
    text = "back-off 10s restarting failed container=web pod=web-5d8-x2x4q"
    return waiting("CrashLoopBackOff", text, last=last, restarts=restarts)


CREATING = waiting("ContainerCreating")

PROBES = {
    "startupProbe": {"httpGet": {"path": "/healthz", "port": "http"}},
    "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "timeoutSeconds": 2},
    "livenessProbe": {"tcpSocket": {"port": "http"}},
}


@dataclass(frozen=True)
class PodOf:
    """What a pod of a scene has beside its defaults."""

    name: str = "web-5d8-x2x4q"
    node: str | None = "worker-2"
    old: bool = False
    init: dict[str, Manifest] = field(default_factory=dict)
    """Init containers by name, with their status; one called `proxy` is a sidecar."""

    owner: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    status: Manifest = field(default_factory=dict)
    metadata: Manifest = field(default_factory=dict)
    spec: Manifest = field(default_factory=dict)


def pod(container: Manifest | None = None, more: PodOf = PodOf()) -> Manifest:
    """Return a pod of the new version with one container, called web."""
    is_ready = bool(container and container["ready"])
    owner = more.owner or (_OLD if more.old else _NEW)
    ports = [{"name": "http", "containerPort": 8080}]
    resources = {"requests": {"cpu": "2"}, "limits": {"memory": "64Mi"}}
    main = {"name": "web", "image": "r.example/web:1", "ports": ports, "resources": resources}
    return {
        "metadata": {
            "name": more.name,
            "namespace": "shop",
            "uid": f"uid-{more.name}",
            "creationTimestamp": at(0),
            "labels": more.labels,
            "ownerReferences": [{"uid": owner}],
            **more.metadata,
        },
        "spec": {
            "containers": [{**main, **PROBES}],
            "initContainers": [_init(name) for name in more.init],
            **({"nodeName": more.node} if more.node else {}),
            **more.spec,
        },
        "status": {
            "phase": "Running" if container else "Pending",
            "conditions": [condition("Ready", "True" if is_ready else "False")],
            "containerStatuses": [{"name": "web", **container}] if container else [],
            "initContainerStatuses": [{"name": name, **each} for name, each in more.init.items()],
            **more.status,
        },
    }


def _init(name: str) -> Manifest:
    policy = {"restartPolicy": "Always"} if name == "proxy" else {}
    return {"name": name, "image": "r.example/web:1", **policy}


def unscheduled(message: str, name: str = "web-5d8-x2x4q") -> Manifest:
    scheduled = condition("PodScheduled", "False", "Unschedulable", message)
    return pod(None, PodOf(name=name, node=None, status={"conditions": [scheduled]}))


@dataclass(frozen=True)
class About:
    """What an event is about, when it was seen last, and how often."""

    seconds: float = 1
    container: str | None = "web"
    pod: str = "web-5d8-x2x4q"
    uid: str | None = None
    kind: str = "Pod"
    count: int = 1


def event(reason: str, message: str, about: About = About()) -> Manifest:
    place = "initContainers" if about.container in ("wait", "proxy") else "containers"
    field_path = {"fieldPath": f"spec.{place}{{{about.container}}}"} if about.container else {}
    uid = about.uid or f"uid-{about.pod}"
    return {
        "metadata": {"name": f"{reason}-{message}", "uid": f"{reason}-{message}-{uid}"},
        "involvedObject": {"kind": about.kind, "name": about.pod, "uid": uid, **field_path},
        "reason": reason,
        "message": message,
        "type": "Normal" if reason in ("Pulling", "Pulled", "Killing") else "Warning",
        "lastTimestamp": at(about.seconds),
        "count": about.count,
    }


@dataclass(frozen=True)
class Scene:
    """A cluster from some second of a rollout on."""

    pods: Sequence[Manifest] = ()
    workload: Manifest = field(default_factory=deployment)
    events: Sequence[Manifest] = ()
    replica_sets: Sequence[Manifest] = field(default_factory=replica_sets)
    nodes: Sequence[Manifest] = ()

    def reading(self, seconds: float = 5) -> Reading:
        """Return the reading at a second of a rollout."""
        return Reading(
            seconds,
            START + timedelta(seconds=seconds),
            self.workload,
            tuple(self.replica_sets),
            tuple(self.pods),
            tuple(self.events),
            tuple(self.nodes),
        )


READY = Scene([pod(running(ready=True))], deployment(1, updated=1, available=1))
"""A Deployment whose only pod is of the new version and ready."""


def outcome(
    timeline: Mapping[Any, Scene], limits: Limits = LIMITS, until: float = 400
) -> tuple[Verdict, float]:
    """Return the first verdict that is final, and its second; the last one if none is.

    The scene of a second lasts until the next one; the cluster is read every half a second.
    """
    judge, verdict, scene = Judge(limits), Going(), None
    for half in range(int(until * 2)):
        seconds = half / 2
        scene = timeline.get(seconds, scene)
        if scene is None:
            continue
        verdict = judge.judge(scene.reading(seconds))
        if not isinstance(verdict, Going):
            return verdict, seconds
    return verdict, until


def failure(timeline: Mapping[Any, Scene], limits: Limits = LIMITS) -> tuple[str, str, float]:
    """Return cause, first line and second of a rollout that fails."""
    verdict, seconds = outcome(timeline, limits)
    assert isinstance(verdict, Failed), f"{verdict} after {seconds} s"
    return verdict.trouble.cause, verdict.trouble.first_line, seconds


def assert_healthy(timeline: Mapping[Any, Scene], limits: Limits = LIMITS) -> float:
    """Check that a rollout gets healthy, and return its second."""
    verdict, seconds = outcome(timeline, limits)
    assert verdict == Healthy(), f"{verdict} after {seconds} s"
    return seconds
