"""Effects of a change on the pods and the data of an application, in words.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commands.plan.differences import holds_unknown
from commands.plan.steps import Operation, Properties, Resource

_DEFAULT = "25%"
_WORKLOADS = ("Deployment", "StatefulSet")


@dataclass(frozen=True)
class Pods:
    """Pods that a change adds for a while, or for good, beside those that run."""

    namespace: str
    count: int
    spec: Properties
    """Their `spec`, with requests and limits."""


def effect(resource: Resource, scaled: Mapping[str, tuple[int, int]]) -> str:
    """Return the effect of a resource's operation; empty where there is none to speak of.

    `scaled` has the least and the most replicas by the name of an autoscaled workload.
    """
    if resource.operation is Operation.SAME:
        return ""
    if resource.kind in _WORKLOADS and resource.is_object:
        return _of_workload(resource, scaled)
    match resource.kind, resource.operation:
        case "Namespace", Operation.DELETE | Operation.REPLACE:
            return "everything in it is deleted"
        case "PersistentVolumeClaim", Operation.DELETE | Operation.REPLACE:
            return "its data is lost, unless the volume is retained"
        case "Job", Operation.CREATE | Operation.REPLACE:
            return "runs once"
        case "Image", Operation.CREATE | Operation.UPDATE:
            return "built and pushed; the digest is known after the build"
        case "KindCluster" | "MinikubeProfile", Operation.DELETE | Operation.REPLACE:
            return "everything in the cluster is lost"
        case _, Operation.DELETE if resource.is_retained:
            return "stays in the cluster, and is no longer of the stack"
        case _, Operation.UPDATE if resource.is_object:
            return "changed in place; no pod ends"
        case _:
            return ""


def extra_pods(resource: Resource, scaled: Mapping[str, tuple[int, int]]) -> Pods | None:
    """Return the pods that a change of a workload adds; None if it adds none."""
    if not resource.is_object or resource.kind not in _WORKLOADS or resource.after is None:
        return None
    before, after = _both_replicas(resource, scaled)
    count = 0
    if resource.operation is Operation.CREATE:
        count = after
    elif resource.operation is Operation.UPDATE:
        surge = _surge(resource.after, after) if _rolls(resource) else 0
        count = max(0, after - before) + surge
    template: Properties = resource.after["spec"]["template"]
    namespace = str(resource.after["metadata"].get("namespace", "default"))
    return Pods(namespace, count, template["spec"]) if count else None


def autoscaled(resources: Sequence[Resource]) -> dict[str, tuple[int, int]]:
    """Return the bounds of autoscalers by the namespaces and names of their workloads."""
    found: dict[str, tuple[int, int]] = {}
    for each in resources:
        if each.kind == "HorizontalPodAutoscaler" and each.after is not None:
            spec: Properties = each.after["spec"]
            namespace = each.after["metadata"].get("namespace", "default")
            bounds = int(spec.get("minReplicas", 1)), int(spec["maxReplicas"])
            found[f"{namespace}/{spec['scaleTargetRef']['name']}"] = bounds
    return found


def _of_workload(resource: Resource, scaled: Mapping[str, tuple[int, int]]) -> str:
    before, after = _both_replicas(resource, scaled)
    is_scaled = resource.name in scaled
    most = f" to {scaled[resource.name][1]}" if is_scaled else ""
    match resource.operation:
        case Operation.CREATE:
            return f"starts {_pods(after)}"
        case Operation.DELETE:
            return f"ends {_pods(before)}"
        case Operation.REPLACE:
            return f"**replaced: ends all {_pods(before)}, then starts {after}**"
        case _:
            pass
    parts: list[str] = []
    if before != after and not is_scaled:
        verb = "adds" if after > before else "ends"
        parts.append(f"scales from {before} to {after}: {verb} {_pods(abs(after - before))}")
    if _rolls(resource):
        rolled = f"rolls {after}{most} {'pod' if after == 1 and not most else 'pods'}"
        parts.append(f"{rolled}, {_manner(resource, after)}")
    return "; ".join(parts) or "changed in place; no pod ends"


def _manner(resource: Resource, replicas: int) -> str:
    spec: Properties = (resource.after or {})["spec"]
    if resource.kind == "StatefulSet":
        return "one after the other; volumes stay"
    strategy: Properties = spec.get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return "all ended before the first new one starts"
    return f"up to {_pods(_surge(resource.after or {}, replicas))} more at a time"


def _rolls(resource: Resource) -> bool:
    """Return whether the template of the pods changes; unknown values, as of a build, count."""
    before: Properties = (resource.before or {}).get("spec") or {}
    after: Properties = (resource.after or {}).get("spec") or {}
    template = after.get("template")
    return before.get("template") != template or holds_unknown(template)


def _surge(manifest: Properties, replicas: int) -> int:
    """Return how many pods a rolling update starts beside those that run, rounded up."""
    spec: Properties = manifest["spec"]
    strategy: Properties = spec.get("strategy") or {}
    if manifest.get("kind") == "StatefulSet" or strategy.get("type") == "Recreate":
        return 0
    rolling: Properties = strategy.get("rollingUpdate") or {}
    surge: Any = rolling.get("maxSurge", _DEFAULT)
    if isinstance(surge, str) and surge.endswith("%"):
        return math.ceil(int(surge[:-1]) * replicas / 100)
    return int(surge)


def _both_replicas(resource: Resource, scaled: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Return the replicas before and after."""
    one, other = resource.before, resource.after
    return _replicas(one, resource.name, scaled), _replicas(other, resource.name, scaled)


def _replicas(manifest: Properties | None, name: str, scaled: Mapping[str, tuple[int, int]]) -> int:
    if manifest is None:
        return 0
    declared: Any = manifest["spec"].get("replicas")
    if isinstance(declared, (int, float)):
        return int(declared)
    return scaled[name][0] if name in scaled else 1


def _pods(count: int) -> str:
    return "1 pod" if count == 1 else f"{count} pods"
