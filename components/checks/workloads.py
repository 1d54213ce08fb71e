"""Deployments, StatefulSets, DaemonSets, Jobs, CronJobs.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from collections.abc import Iterator
from typing import Any

from ..k8s.schedule import due_schedule, known_time_zone
from .claims import claim_problems
from .finding import Manifest, Problem, holds_unknown
from .names import LABEL, LABEL_WORDS
from .parts import Part, items, section
from .pods import pod_problems
from .selectors import selector_problems, selects
from .templates import template, twice

_ALWAYS = ("DaemonSet", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
_ENDING = ("CronJob", "Job")


def workload_problems(manifest: Manifest) -> Iterator[Problem]:
    """Yield what is wrong with an object that has pods."""
    place = template(manifest)
    if place is None:
        return
    path, pods = place
    kind, spec = manifest["kind"], section(manifest, "spec")
    pod: Part = section(pods, "spec")
    claims: list[Part] = items(spec, "volumeClaimTemplates") if kind == "StatefulSet" else []
    names = [str(section(claim, "metadata").get("name")) for claim in claims]
    yield from (p.below(*path, "spec") for p in pod_problems(pod, names))
    yield from (p.below(*path, "spec") for p in _policy(kind, pod))
    for index, claim in enumerate(claims):
        where = ("spec", "volumeClaimTemplates", index, "spec")
        yield from (p.below(*where) for p in claim_problems(section(claim, "spec")))
    for index, claim in enumerate(claims):
        name = section(claim, "metadata").get("name")
        if not isinstance(name, str) or not LABEL.fullmatch(name):
            where = ("spec", "volumeClaimTemplates", index, "metadata", "name")
            yield Problem(where, name, f"must consist of {LABEL_WORDS}", "data")
    for index, name in twice(names):
        where = ("spec", "volumeClaimTemplates", index, "metadata", "name")
        yield Problem(where, name, "is the name of another claim too")
    if kind in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"):
        yield from (p.below("spec") for p in _selector(spec, pods))
    special = {
        "CronJob": _cron_job, "DaemonSet": _daemon_set, "Deployment": _deployment, "Job": _job,
        "StatefulSet": _stateful_set,
    }  # fmt: skip
    if kind in special:
        yield from (p.below("spec") for p in special[kind](spec))


def _policy(kind: str, pod: Part) -> Iterator[Problem]:
    policy = pod.get("restartPolicy")
    if kind in _ALWAYS and policy not in (None, "Always"):
        yield Problem(("restartPolicy",), policy, f"must be Always in a {kind}", "Always")
    if kind in _ENDING and policy not in ("OnFailure", "Never"):
        reason = f"must be OnFailure or Never in a {kind}"
        yield Problem(("restartPolicy",), policy, reason, "OnFailure")
    if kind in _ALWAYS and "activeDeadlineSeconds" in pod:
        value = pod["activeDeadlineSeconds"]
        yield Problem(("activeDeadlineSeconds",), value, f"must be absent in a {kind}")


def _selector(spec: Part, pods: Part) -> Iterator[Problem]:
    selector: Part = section(spec, "selector")
    labels: Part = section(pods, "metadata", "labels")
    yield from (p.below("selector") for p in selector_problems(selector))
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield Problem(("selector",), dict(selector), "must not be empty", "matchLabels: {app: web}")
    elif not selects(selector, labels):
        reason = f"does not match the labels of the template, {dict(labels)}"
        yield Problem(("selector",), dict(selector), reason)


def _share(value: Any) -> int | None:
    """Return an amount or a percentage as a number; None for one that is known only later."""
    if isinstance(value, int):
        return value
    text = str(value).removesuffix("%")
    return int(text) if text.isdecimal() else None


def _deployment(spec: Part) -> Iterator[Problem]:
    strategy = section(spec, "strategy")
    rolling: Part | None = strategy.get("rollingUpdate")
    if strategy.get("type") == "Recreate" and rolling is not None:
        yield Problem(("strategy", "rollingUpdate"), dict(rolling), "must be absent with Recreate")
    elif rolling and (
        _share(rolling.get("maxSurge", 1)),
        _share(rolling.get("maxUnavailable", 1)),
    ) == (0, 0):
        reason = "must not be 0 beside `maxSurge: 0`: no pod could ever be replaced"
        yield Problem(("strategy", "rollingUpdate", "maxUnavailable"), 0, reason, "1")
    yield from (p.below("strategy", "rollingUpdate") for p in _not_above_all(rolling or {}))
    ready, deadline = spec.get("minReadySeconds", 0), spec.get("progressDeadlineSeconds", 600)
    if not holds_unknown([ready, deadline]) and ready >= deadline:
        reason = f"must be less than progressDeadlineSeconds, which is {deadline}"
        yield Problem(("minReadySeconds",), ready, reason, "10")


def _not_above_all(rolling: Part) -> Iterator[Problem]:
    unavailable = rolling.get("maxUnavailable")
    if isinstance(unavailable, str) and (_share(unavailable) or 0) > 100:
        yield Problem(("maxUnavailable",), unavailable, "must be 100% or less", "25%")


def _daemon_set(spec: Part) -> Iterator[Problem]:
    rolling: Part = section(spec, "updateStrategy", "rollingUpdate")
    surge, unavailable = _share(rolling.get("maxSurge", 0)), _share(rolling.get("maxUnavailable"))
    place = ("updateStrategy", "rollingUpdate", "maxUnavailable")
    if rolling.get("maxUnavailable") is not None and unavailable == 0 and surge == 0:
        yield Problem(place, 0, "must not be 0 without maxSurge", "1")
    if surge and unavailable:
        yield Problem(place, rolling["maxUnavailable"], "must be 0 beside maxSurge", "0")


def _stateful_set(spec: Part) -> Iterator[Problem]:
    strategy = section(spec, "updateStrategy")
    if strategy.get("type") == "OnDelete" and "rollingUpdate" in strategy:
        place = ("updateStrategy", "rollingUpdate")
        yield Problem(place, strategy["rollingUpdate"], "must be absent with OnDelete")


def _job(spec: Part) -> Iterator[Problem]:
    is_indexed = spec.get("completionMode") == "Indexed"
    if is_indexed and "parallelism" in spec and "completions" not in spec:
        yield Problem(("completions",), None, "is required with Indexed and parallelism", "3")
    policy = section(spec, "template", "spec").get("restartPolicy")
    if "podFailurePolicy" in spec and policy != "Never":
        reason = "needs pods with `restartPolicy: Never`"
        yield Problem(("podFailurePolicy",), None, reason)
    if "selector" in spec and not spec.get("manualSelector"):
        yield Problem(("selector",), dict(spec["selector"]), "needs `manualSelector: true`")
    for field in ("backoffLimitPerIndex", "maxFailedIndexes"):
        if field in spec and not is_indexed:
            yield Problem((field,), spec[field], "needs `completionMode: Indexed`")


def _cron_job(spec: Part) -> Iterator[Problem]:
    schedule: str = spec.get("schedule", "")
    if "TZ=" in schedule:
        yield Problem(
            ("schedule",), schedule, "must not hold a time zone; set timeZone", "0 3 * * *"
        )
    elif not schedule.startswith("@every "):
        try:
            due_schedule(schedule)
        except ValueError as error:
            yield Problem(("schedule",), schedule, f"is no schedule: {error}", "0 3 * * *")
    if zone := spec.get("timeZone"):
        try:
            known_time_zone(zone)
        except ValueError as error:
            yield Problem(("timeZone",), zone, str(error), "Etc/UTC")
    inner = section(spec, "jobTemplate", "spec")
    yield from (p.below("jobTemplate", "spec") for p in _job(inner))
