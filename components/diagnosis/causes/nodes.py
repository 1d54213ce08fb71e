"""Causes on the side of a node: it is lost, or it ended the pod."""

import re

from ..details import entries
from ..pods import Pod
from ..trouble import Finding, Patience
from .cause import Cause

_TOLERATED = 300
"""Seconds after which Kubernetes recreates the pods of a lost node, unless the pod sets others."""


def _lost(pod: Pod) -> Finding | None:
    if not pod.node_is_lost:
        return None
    return Finding(
        f"does not report any more: its node {pod.node} is lost",
        "The node was stopped, is overloaded, or has lost its connection to the cluster. Pods of a "
        "Deployment are recreated elsewhere after `nodeUnreachableSeconds`.",
        f"`kubectl describe node {pod.node}` shows since when; start it again, or remove it: "
        f"`kubectl delete node {pod.node}`",
        extra_seconds=_tolerated(pod),
    )


def _tolerated(pod: Pod) -> int:
    for each in entries(pod.spec, "tolerations"):
        if each.get("key") == "node.kubernetes.io/unreachable" and "tolerationSeconds" in each:
            return each["tolerationSeconds"]
    return _TOLERATED


def _disk(pod: Pod) -> Finding | None:
    message = pod.status.get("message") or ""
    if pod.status.get("reason") != "Evicted" or "exceeds the" not in message:
        return None
    volume = re.search(r'EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"', message)
    limit = re.search(r"limit of containers (\S+?)\.", message)
    what = (
        f"volume {volume[1]} than its limit of {volume[2]}"
        if volume
        else f"disk than its limit of {limit[1] if limit else 'ephemeral storage'}"
    )
    return Finding(
        f"was evicted: it wrote more to its {what}",
        "What a container writes, its log included, is on the disk of the node, and limited.",
        "write less, or raise the limit: `ephemeralStorageLimit: 2Gi`, or `writable: [{path: /tmp, "
        "size: 256Mi}]` for a path",
    )


LOST: Cause[Pod] = Cause("node-lost", Patience.CLUSTER, _lost)
"""Cause of a pod whose node does not answer."""

EVICTED: Cause[Pod] = Cause("disk-limit", Patience.CRASHES, _disk)
"""Cause of a pod that was evicted for what it did itself; other evictions heal themselves."""
