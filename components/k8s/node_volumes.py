"""Volumes that are on one node alone, and would be lost with it.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from .kubectl import Kubectl

_HOST = "kubernetes.io/hostname"


def volumes_lost(kubectl: Kubectl, leaving: Sequence[str]) -> list[str]:
    """Return why nodes cannot be removed, a line for each: claims with data on them alone."""
    if not leaving:
        return []
    volumes: list[dict[str, Any]] = json.loads(
        kubectl("get", "persistentvolumes", "--output=json")
    )["items"]
    return [line for name in leaving for line in _refusal(name, volumes)]


def _refusal(node: str, volumes: Sequence[dict[str, Any]]) -> Iterator[str]:
    claims = [
        volume["spec"]["claimRef"]
        for volume in volumes
        if "claimRef" in volume["spec"] and _hosts(volume) == {node}
    ]
    if claims:
        named = sorted(f"{claim['namespace']}/{claim['name']}" for claim in claims)
        namespace, _, first = named[0].partition("/")
        yield (
            f"{node} cannot be removed: volumes that are on it alone would be lost (of the claims "
            f"{', '.join(named)}); keep the node, or save their data and remove the claims: "
            f"kubectl delete persistentvolumeclaim --namespace={namespace} {first}"
        )


def _hosts(volume: dict[str, Any]) -> set[str]:
    """Return the nodes that a volume is bound to by name; none where any node reaches it."""
    terms = volume["spec"].get("nodeAffinity", {}).get("required", {}).get("nodeSelectorTerms", ())
    return {
        host
        for term in terms
        for expression in term.get("matchExpressions", ())
        if expression["key"] == _HOST and expression["operator"] == "In"
        for host in expression["values"]
    }
