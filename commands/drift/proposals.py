"""Changed fields as proposals for the stack file: the settings that would declare them.

`python -m stacks.write_back` judges them by the settings' own models and manifests; here is only
which setting a field belongs to.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from commands.drift.comparison import Change
from commands.drift.findings import Finding, Kind
from commands.drift.path import Item, Path
from commands.drift.pod_proposals import of_pod
from commands.drift.proposed import OTHER, SECRET, Proposed, Setting
from commands.drift.values import HIDDEN, MISSING, hides

_WORKLOADS = ("Deployment", "StatefulSet", "CronJob")

_REPLICATED: Mapping[Path, Setting] = {
    ("spec", "replicas"): ("replicas",),
    ("spec", "minReadySeconds"): ("minReadySeconds",),
}
_OWN = ("pulumi.com/", "slipway.dev/")
_SPEC: Mapping[str, Mapping[Path, Setting]] = {
    "Deployment": _REPLICATED,
    "StatefulSet": _REPLICATED,
    "CronJob": {
        ("spec", "schedule"): ("job", "schedule"),
        ("spec", "timeZone"): ("job", "timeZone"),
        ("spec", "concurrencyPolicy"): ("job", "concurrency"),
        ("spec", "jobTemplate", "spec", "backoffLimit"): ("job", "retries"),
        ("spec", "jobTemplate", "spec", "activeDeadlineSeconds"): ("job", "deadlineSeconds"),
    },
    "HorizontalPodAutoscaler": {
        ("spec", "minReplicas"): ("autoscale", "min"),
        ("spec", "maxReplicas"): ("autoscale", "max"),
        ("spec", "behavior", "scaleDown", "stabilizationWindowSeconds"): (
            "autoscale",
            "scaleDownStabilizationSeconds",
        ),
    },
}
_REASONS = {
    Kind.GONE: "an object that is missing is no setting",
    Kind.ENDING: "an object that is being deleted is no setting",
    Kind.ADOPTED: "another stack owns it",
}


def proposals(found: Sequence[Finding]) -> list[Proposed]:
    """Return a proposal for each difference, in their order."""
    return [proposed for finding in found for proposed in _of_finding(finding)]


def _of_finding(finding: Finding) -> Iterator[Proposed]:
    if finding.kind is not Kind.CHANGED:
        yield Proposed(finding, reason=_REASONS[finding.kind])
    elif finding.is_unfinished:
        yield Proposed(finding, reason="it is a version whose rollout was killed")
    else:
        yield from (_of_change(finding, change) for change in finding.changes)


def _of_change(finding: Finding, change: Change) -> Proposed:
    kind, path = finding.declared.kind, change.path
    if kind == "Secret" or change.declared is HIDDEN or hides(change.declared):
        return Proposed(finding, change, reason=SECRET)
    if setting := _SPEC.get(kind, {}).get(path):
        return Proposed(finding, change, ((setting, change.live),))
    if kind == "ResourceQuota" and path[:2] == ("spec", "hard") and len(path) == 3:
        setting = ("target", "namespaces", "quota", str(path[2]))
        return Proposed(finding, change, ((setting, change.live),))
    if kind == "HorizontalPodAutoscaler" and path == ("spec", "metrics"):
        return _of_metrics(finding, change)
    if kind == "Service":
        return _of_service(finding, change)
    in_pod = of_pod(finding, change) if kind in _WORKLOADS else None
    return in_pod or Proposed(finding, change, reason=_reason(finding, change))


def _reason(finding: Finding, change: Change) -> str:
    if finding.declared.kind == "NetworkPolicy":
        return "the policy is made of `ingress`, `egress` and `calls`"
    if change.path[:2] == ("metadata", "labels"):
        return "the labels are Slipway's own"
    return OTHER


def _of_metrics(finding: Finding, change: Change) -> Proposed:
    targets = _targets(change.live)
    if targets is None:
        return Proposed(finding, change, reason="its metrics are not those of CPU and memory")
    settings = tuple((("autoscale", name), percent) for name, percent in targets.items())
    return Proposed(finding, change, settings)


def _targets(metrics: Any) -> dict[str, int] | None:
    """Return the percentages of the resources in metrics; None with others among them."""
    targets: dict[str, int] = {}
    entries: Sequence[Mapping[str, Any]] = () if metrics is MISSING else metrics
    for metric in entries:
        resource: Mapping[str, Any] = metric.get("resource") or {}
        target: Mapping[str, Any] = resource.get("target") or {}
        percent = target.get("averageUtilization")
        if metric.get("type") != "Resource" or percent is None:
            return None
        targets[str(resource["name"])] = percent
    return targets or None


def _of_service(finding: Finding, change: Change) -> Proposed:
    match change.path:
        case ("metadata", "annotations", str(name)) if name.startswith(_OWN):
            return Proposed(finding, change, reason="the annotation is Slipway's own")
        case ("metadata", "annotations", str(name)):
            return Proposed(finding, change, ((("service", "annotations", name), change.live),))
        case ("spec", "ports", Item()) if change.declared is not MISSING and change.at:
            values = (change.declared["port"], change.live["port"])
            place = ("spec", "ports", {"name": change.declared.get("name")}, "port")
            settings = ((("service", "port"), values[1]),)
            return Proposed(finding, change, settings, field=place, values=values)
        case ("spec", "ports", Item(), "nodePort"):
            place = ("spec", "ports", 0, "nodePort")
            return Proposed(finding, change, ((("service", "nodePort"), change.live),), field=place)
        case _:
            return Proposed(finding, change, reason=OTHER)
