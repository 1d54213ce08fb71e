"""Quotas that can never hold what an update needs, whatever else uses them.

https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ...k8s.objects import Manifest
from ...k8s.quantity import amount
from .demand import Amounts, limits, requests, stages, times
from .fields import entries, section
from .finding import Found
from .sentences import small_quota
from .subject import Subject

_PODS = ("pods", "count/pods")
_CLAIMS, _STORAGE = "persistentvolumeclaims", "requests.storage"
_REQUESTS, _LIMITS = "requests.", "limits."
_PLAIN = ("cpu", "memory", "ephemeral-storage")
"""Resources whose name alone stands for their requests."""


@dataclass(frozen=True)
class _Stage:
    """Pods that exist at once."""

    old: int
    new: int

    @property
    def words(self) -> str:
        pods = f"{self.old + self.new} pod{'' if self.old + self.new == 1 else 's'}"
        kinds = f" ({self.old} of the version that runs and {self.new} new)" if self.old else ""
        return f"{pods} at once{kinds}"


@dataclass(frozen=True)
class _Use:
    """What the pods of an update use of the resources of a quota."""

    pod_spec: Manifest
    before: Manifest | None
    """The spec of pods of the version that runs."""

    claims: Sequence[Manifest]
    """Templates of the claims that the cluster is to make for each pod."""

    def of(self, name: str, stage: _Stage) -> Decimal:
        """Return how much of a resource the pods of a stage use."""
        if name in _PODS:
            return Decimal(stage.old + stage.new)
        if name == _CLAIMS:
            return Decimal(stage.new * len(self.claims))
        if name == _STORAGE:
            sizes = [section(claim, "spec", "resources", "requests") for claim in self.claims]
            return stage.new * sum((amount(size["storage"]) for size in sizes), Decimal(0))
        resource, read = _resource(name)
        if read is None:
            return Decimal(0)
        need = times(read(self.pod_spec), stage.new).get(resource, Decimal(0))
        if self.before is not None:
            need += times(read(self.before), stage.old).get(resource, Decimal(0))
        return need


def quota_findings(
    subject: Subject, pod_spec: Manifest, live: Manifest | None, quotas: list[Manifest]
) -> Found:
    """Return the quotas that are too small for the workload alone.

    `subject` has its number of pods, `pod_spec` what the cluster adds to a pod, and `live` is the
    workload as it is.
    """
    replaced = live if live is not None and _is_replaced(subject, live) else None
    use = _Use(
        pod_spec,
        before=None if replaced is None else Subject(replaced).pod_spec,
        claims=subject.claims if live is None else (),
    )
    # Pods that do not serve are ended without a replacement.
    running = int(section(replaced or {}, "status").get("availableReplicas") or 0)
    every = [_Stage(*pair) for pair in stages(subject.kind, subject.spec, running)]
    found: Found = []
    for each in quotas:
        spec = section(each, "spec")
        if not _in_scope(spec, pod_spec):
            continue
        lines: list[str] = []
        for name, hard in sorted(section(spec, "hard").items()):
            needs = [use.of(name, stage) for stage in every]
            most = max(range(len(every)), key=needs.__getitem__)
            if needs[most] > amount(str(hard)):
                lines.append(_line(name, needs[most], hard, every[most]))
        if lines:
            found.append(small_quota(subject, each["metadata"]["name"], lines))
    return found


def _is_replaced(subject: Subject, live: Manifest) -> bool:
    """Return whether new pods replace those that run, which are known to be of the live template.

    After an update that failed they may be of an earlier one, and smaller.
    """
    status = section(live, "status")
    is_observed = status.get("observedGeneration") == live["metadata"].get("generation")
    is_complete = status.get("updatedReplicas") == status.get("replicas")
    return is_observed and is_complete and Subject(live).template != subject.template


def _resource(name: str) -> tuple[str, Callable[[Manifest], Amounts] | None]:
    """Return the resource of a pod that a quota is about, and what reads it."""
    if name.startswith(_LIMITS):
        return name.removeprefix(_LIMITS), limits
    if name.startswith(_REQUESTS):
        return name.removeprefix(_REQUESTS), requests
    return name, requests if name in _PLAIN else None


def _line(name: str, need: Decimal, hard: object, stage: _Stage) -> str:
    if name in _PODS:
        return f"pods: the quota allows {hard}, and the update needs {stage.words}"
    return (
        f"{name}: the quota allows {hard}, and the update needs {_number(need, str(hard))} for "
        f"{stage.words}"
    )


def _number(need: Decimal, like: str) -> str:
    """Return an amount in the unit of another one."""
    unit = like.lstrip("0123456789.")
    try:
        one = amount(f"1{unit}")
    except ValueError:
        return f"{need.normalize():f}"
    return f"{(need / one).quantize(Decimal('0.001')).normalize():f}{unit}"


def _in_scope(spec: Mapping[str, Any], pod_spec: Manifest) -> bool:
    """Return whether a quota counts the pod; one with scopes that are not known here does not."""
    selector = entries(spec, "scopeSelector", "matchExpressions")
    return all(_matches(scope, pod_spec) for scope in entries(spec, "scopes")) and all(
        _selects(each, pod_spec) for each in selector
    )


def _matches(scope: str, pod_spec: Manifest) -> bool:
    ends = pod_spec.get("activeDeadlineSeconds") is not None
    best_effort = not requests(pod_spec)
    known = {
        "Terminating": ends,
        "NotTerminating": not ends,
        "BestEffort": best_effort,
        "NotBestEffort": not best_effort,
    }
    return known.get(scope, False)


def _selects(expression: Mapping[str, Any], pod_spec: Manifest) -> bool:
    scope, operator = expression.get("scopeName"), expression.get("operator")
    if scope != "PriorityClass":
        return operator == "Exists" and _matches(str(scope), pod_spec)
    name, values = pod_spec.get("priorityClassName"), entries(expression, "values")
    if operator == "In":
        return name in values
    if operator == "NotIn":
        return name not in values
    return operator == "Exists" and bool(name)
