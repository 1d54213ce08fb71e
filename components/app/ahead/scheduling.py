"""Which nodes a pod may run on, by what does not pass by itself.

That a node is cordoned, or not ready, passes: it is not counted here.
https://kubernetes.io/docs/concepts/scheduling-eviction/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...k8s.objects import Manifest
from ...k8s.quantity import amount
from .demand import Amounts
from .fields import entries, section

_PASSING = (
    "node.kubernetes.io/",
    "node.cloudprovider.kubernetes.io/",
    "ToBeDeletedByClusterAutoscaler",
    "DeletionCandidateOfClusterAutoscaler",
    "karpenter.sh/",
    "node.cilium.io/",
)
"""Beginnings of taints that the cluster sets for a while."""

_PLATFORM = ("kubernetes.io/os", "kubernetes.io/arch")
_RESOURCES = ("cpu", "memory", "ephemeral-storage")
_GROWN = ("karpenter.sh/", "cluster-autoscaler.kubernetes.io/", "cluster.x-k8s.io/")
"""Beginnings of labels and annotations of nodes that an autoscaler adds or removes."""


@dataclass(frozen=True)
class Taint:
    """A taint that keeps pods from a node until it is removed."""

    key: str
    value: str
    effect: str

    def __str__(self) -> str:
        return f"{self.key}{f'={self.value}' if self.value else ''}:{self.effect}"


def platform(pod_spec: Manifest) -> dict[str, str]:
    """Return the labels of the platform that a pod demands, which a node has from its start."""
    selector = section(pod_spec, "nodeSelector")
    return {label: selector[label] for label in _PLATFORM if label in selector}


def has_platform(pod_spec: Manifest, node: Manifest) -> bool:
    """Return whether a node is of the platform that a pod demands."""
    labels = section(node, "metadata", "labels")
    return all(labels.get(label) == value for label, value in platform(pod_spec).items())


def selects(pod_spec: Manifest, node: Manifest) -> bool:
    """Return whether a pod's selector and required affinity choose a node."""
    labels = section(node, "metadata", "labels")
    wanted = section(pod_spec, "nodeSelector")
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    affinity = section(pod_spec, "affinity", "nodeAffinity")
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return True
    terms = entries(required, "nodeSelectorTerms")
    return any(_term(term, labels, node["metadata"]["name"]) for term in terms)


def untolerated(pod_spec: Manifest, node: Manifest) -> list[Taint]:
    """Return the lasting taints of a node that a pod does not tolerate."""
    tolerations = entries(pod_spec, "tolerations")
    return [
        Taint(taint["key"], taint.get("value") or "", taint["effect"])
        for taint in entries(node, "spec", "taints")
        if taint["effect"] in ("NoSchedule", "NoExecute")
        and not taint["key"].startswith(_PASSING)
        and not any(_tolerates(each, taint) for each in tolerations)
    ]


def too_large(requested: Amounts, node: Manifest) -> list[str]:
    """Return the resources of which a pod requests more than a node has for pods."""
    allocatable = section(node, "status", "allocatable")
    return [
        name
        for name in _RESOURCES
        if name in requested
        and name in allocatable
        and requested[name] > amount(str(allocatable[name]))
    ]


def is_autoscaled(node: Manifest) -> bool:
    """Return whether a node shows that an autoscaler adds and removes nodes."""
    metadata = node["metadata"]
    names = [*section(metadata, "labels"), *section(metadata, "annotations")]
    labels = section(metadata, "labels")
    return labels.get("type") == "virtual-kubelet" or any(n.startswith(_GROWN) for n in names)


def _tolerates(toleration: Mapping[str, Any], taint: Mapping[str, Any]) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    # An effect that is tolerated for a number of seconds keeps no pod from the node.
    key = toleration.get("key")
    if toleration.get("operator") == "Exists":
        return not key or key == taint["key"]
    if toleration.get("operator") in ("Gt", "Lt"):
        return key == taint["key"]
    return key == taint["key"] and (toleration.get("value") or "") == (taint.get("value") or "")


def _term(term: Mapping[str, Any], labels: Mapping[str, str], name: str) -> bool:
    expressions = entries(term, "matchExpressions")
    fields = entries(term, "matchFields")
    if not expressions and not fields:
        return False
    return all(_expression(each, labels) for each in expressions) and all(
        _expression(each, {"metadata.name": name}) for each in fields
    )


def _expression(expression: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    value, wanted = values.get(expression["key"]), entries(expression, "values")
    match expression["operator"]:
        case "In":
            return value in wanted
        case "NotIn":
            return value not in wanted
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case operator:
            return _compares(operator, value, wanted)


def _compares(operator: str, value: str | None, wanted: list[str]) -> bool:
    try:
        difference = int(value or "") - int(wanted[0])
    except (ValueError, IndexError):
        return False
    return difference > 0 if operator == "Gt" else difference < 0
