"""The volumes that are on one node alone, and would be lost with it.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from .kubectl import Kubectl

_HOST = "kubernetes.io/hostname"


def volumes_lost(kubectl: Kubectl, leaving: Sequence[str]) -> list[str]:
    """Why nodes cannot go, a line for each: claims of applications have their data there alone."""
    if not leaving:
        return []
    volumes: list[dict[str, Any]] = json.loads(
        kubectl("get", "persistentvolumes", "--output=json")
    )["items"]
    return [told for name in leaving for told in _told(name, volumes)]


def _told(node: str, volumes: Sequence[dict[str, Any]]) -> Iterator[str]:
    claims = [
        one["spec"]["claimRef"]
        for one in volumes
        if "claimRef" in one["spec"] and _hosts(one) == {node}
    ]
    if claims:
        named = sorted(f"{claim['namespace']}/{claim['name']}" for claim in claims)
        namespace, _, first = named[0].partition("/")
        yield (
            f"{node} cannot go: volumes that are nowhere else would be lost with it (of the claims "
            f"{', '.join(named)}); keep the node, or save what is in them and remove the claims: "
            f"kubectl delete persistentvolumeclaim --namespace={namespace} {first}"
        )


def _hosts(volume: dict[str, Any]) -> set[str]:
    """The nodes that a volume is bound to by name; none where it can be reached from any."""
    terms = volume["spec"].get("nodeAffinity", {}).get("required", {}).get("nodeSelectorTerms", ())
    return {
        host
        for term in terms
        for one in term.get("matchExpressions", ())
        if one["key"] == _HOST and one["operator"] == "In"
        for host in one["values"]
    }
