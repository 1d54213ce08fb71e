"""What nodes have left for pods."""

from collections.abc import Iterable
from decimal import Decimal

from ...k8s.objects import Manifest
from ...k8s.quantity import amount
from .demand import Amounts, requests
from .fields import entries, section

_RESOURCES = ("cpu", "memory", "ephemeral-storage", "pods")
_ENDED = ("Succeeded", "Failed")


def is_open(node: Manifest) -> bool:
    """Return whether a node is ready, and not cordoned."""
    conditions = entries(node, "status", "conditions")
    is_ready = any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
    return is_ready and not section(node, "spec").get("unschedulable")


def free(node: Manifest, pods: Iterable[Manifest]) -> Amounts:
    """Return what a node has left beside the pods on it."""
    allocatable = section(node, "status", "allocatable")
    left = {name: amount(str(allocatable[name])) for name in _RESOURCES if name in allocatable}
    for pod in pods:
        if pod["spec"].get("nodeName") == node["metadata"]["name"] and _counts(pod):
            for name, value in {**requests(pod["spec"]), "pods": Decimal(1)}.items():
                if name in left:
                    left[name] -= value
    return left


def _counts(pod: Manifest) -> bool:
    return section(pod, "status").get("phase") not in _ENDED
