"""Volumes that are on one node alone, and would be lost with it.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity
"""

import json
from collections.abc import Sequence
from typing import Any, Protocol

from ..machine.runner import LocalError
from .kubectl import Kubectl

_HOST = "kubernetes.io/hostname"

_Object = dict[str, Any]


class HostFolders(Protocol):
    """Says whether a folder of a node holds anything; True where that cannot be known."""

    def __call__(self, node: str, path: str) -> bool: ...


def volumes_lost(
    kubectl: Kubectl, leaving: Sequence[str], folders: HostFolders | None = None
) -> list[str]:
    """Return why nodes cannot be removed, a line for each: claims with data on them alone.

    With `folders`, a `hostPath` volume that names no node counts as being on each node that runs a
    pod of its claim, or whose folder of that path holds anything.
    """
    if not leaving:
        return []
    volumes = [each for each in _items(kubectl, "persistentvolumes") if "claimRef" in each["spec"]]
    unbound = [each for each in volumes if "hostPath" in each["spec"] and not _hosts(each)]
    pods = _items(kubectl, "pods", "--all-namespaces") if folders and unbound else []
    refusals: list[str] = []
    for node in leaving:
        lost = [each for each in volumes if _hosts(each) == {node}]
        if folders:
            lost += [each for each in unbound if _is_on(node, each, pods, folders)]
        if lost:
            refusals.append(_refusal(node, lost))
    return refusals


def require_none_lost(
    kubectl: Kubectl, leaving: Sequence[str], folders: HostFolders | None = None
) -> None:
    """Raise LocalError if volumes would be lost with nodes, as `volumes_lost` says."""
    if refused := volumes_lost(kubectl, leaving, folders):
        raise LocalError("\n".join(refused))


def _items(kubectl: Kubectl, kind: str, *options: str) -> list[_Object]:
    return json.loads(kubectl("get", kind, *options, "--output=json"))["items"]


def _refusal(node: str, volumes: Sequence[_Object]) -> str:
    claims = sorted(map(_claim, volumes))
    namespace, name = claims[0]
    shown = ", ".join(map("/".join, claims))
    names = ", ".join(sorted(each["metadata"]["name"] for each in volumes))
    return (
        f"{node} cannot be removed: volumes that are on it alone would be lost (of the claims "
        f"{shown}: {names}); keep the node, or save their data and remove the claims: "
        f"kubectl delete persistentvolumeclaim --namespace={namespace} {name}"
    )


def _claim(volume: _Object) -> tuple[str, str]:
    """Return namespace and name of the claim of a volume."""
    claim: dict[str, str] = volume["spec"]["claimRef"]
    return claim["namespace"], claim["name"]


def _is_on(node: str, volume: _Object, pods: Sequence[_Object], folders: HostFolders) -> bool:
    """Return whether a node may have the data of a volume that is bound to none."""
    claim = _claim(volume)
    users = (pod for pod in pods if pod["spec"].get("nodeName") == node)
    if any(claim in _claims(pod) for pod in users):
        return True
    return folders(node, volume["spec"]["hostPath"]["path"])


def _claims(pod: _Object) -> set[tuple[str, str]]:
    """Return namespace and name of the claims that a pod uses."""
    return {
        (pod["metadata"]["namespace"], volume["persistentVolumeClaim"]["claimName"])
        for volume in pod["spec"].get("volumes", ())
        if "persistentVolumeClaim" in volume
    }


def _hosts(volume: _Object) -> set[str]:
    """Return the nodes that a volume is bound to by name; none where any node reaches it."""
    terms = volume["spec"].get("nodeAffinity", {}).get("required", {}).get("nodeSelectorTerms", ())
    return {
        host
        for term in terms
        for expression in term.get("matchExpressions", ())
        if expression["key"] == _HOST and expression["operator"] == "In"
        for host in expression["values"]
    }
