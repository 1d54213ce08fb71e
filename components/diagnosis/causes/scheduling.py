"""Causes for which no node takes a pod."""

import re
from collections.abc import Callable

from ..pods import Pod
from ..trouble import Finding, Patience
from .cause import Cause, Words, words
from .settings import request

Describe = Callable[[re.Match[str], Pod], Finding]


def _text(pod: Pod) -> str:
    """Return what the scheduler reports; empty once a node has taken the pod."""
    scheduled = pod.condition("PodScheduled")
    if pod.node or scheduled.get("status") != "False":
        return ""
    return scheduled.get("message") or scheduled.get("reason") or ""


def _summary(text: str) -> str:
    """Return the first sentence of the scheduler's message; others are about preemption."""
    return " ".join(text.partition(". ")[0].split()).rstrip(" .")


def _short_of(resource: str, unit: str, example: str) -> Describe:
    """Return the description of nodes that are short of a resource."""

    def describe(match: re.Match[str], pod: Pod) -> Finding:
        asked = {each.name: request(each, resource) for each in pod.containers}
        shown = ", ".join(f"{name} {amount}" for name, amount in asked.items() if amount)
        return Finding(
            f"finds no node with enough {unit} left: {_summary(match.string)}",
            f"A node must have left what the containers ask for: {shown or 'nothing'}. An "
            "update needs room for the pods that it starts before it ends others.",
            f"ask for less, e.g. `{example}`, add a node, or run fewer `replicas`; `kubectl "
            "describe nodes` shows what is taken",
        )

    return describe


def _no_node(what: str, explanation: str, next_step: str) -> Describe:
    """Return the description of a pod that no node may take."""

    def describe(match: re.Match[str], pod: Pod) -> Finding:
        del pod
        return Finding(f"{what}: {_summary(match.string)}", explanation, next_step)

    return describe


def _claim(match: re.Match[str], pod: Pod) -> Finding:
    warnings = [each.message for each in pod.claim_events if each.reason in _CLAIM_REASONS]
    shown = f": {' '.join(warnings[-1].split())}" if warnings else f": {_summary(match.string)}"
    return Finding(
        f"waits for its volume{shown}",
        "The claim of the pod has no volume: a storage class that creates one is missing, is named "
        "wrongly, or fails.",
        "`kubectl get storageclass` shows which there are; name one, e.g. `storage: [{path: "
        "/var/lib/app, size: 1Gi, storageClass: standard}]`",
    )


_CLAIM_REASONS = ("ProvisioningFailed", "FailedBinding")
_VOLUME = _no_node(
    "finds no node that can reach its volume",
    "A volume belongs to a node or a zone, and the pod can run only there; that node is gone, "
    "full, or kept free.",
    "`kubectl get pv -o wide` and `kubectl describe pv` show where the volume is; bring a node of "
    "that zone back, or move the data",
)
_LABELS = _no_node(
    "finds no node that it is meant for",
    "The pod asks for nodes with certain labels, such as those of the image's platform.",
    "`kubectl get nodes --show-labels` shows what nodes have; correct `platform` of "
    "`slipway:image`, or what an `adjust` of the program selects",
)
_TAINTS = _no_node(
    "finds no node that is open to it",
    "Each node has a taint, which keeps pods away: a control plane, a node that is not ready, or "
    "one that is kept for others.",
    "`kubectl describe nodes` shows the taints; add a worker, or remove one: `kubectl taint node "
    "NODE KEY-`",
)
_CORDONED = _no_node(
    "finds no node that takes new pods",
    "Nodes are cordoned, as while they are drained.",
    "`kubectl get nodes` shows SchedulingDisabled; `kubectl uncordon NODE` opens one again",
)
_APART = _no_node(
    "finds no node that its rules allow",
    "Rules keep pods apart, together or evenly spread, and no node is left for one more.",
    "add a node, run fewer `replicas`, or relax the rule",
)
_PORTS = _no_node(
    "finds no node where its port is free",
    "A port of the node itself (hostPort) can be taken by one pod of a node only.",
    "remove `hostPort`, or run no more replicas than nodes",
)
_GATED = _no_node(
    "waits for what holds it back",
    "The pod has scheduling gates, which another program must remove.",
    "`kubectl describe pod` shows the gates",
)
_OTHER = _no_node(
    "finds no node",
    "The scheduler reports an error that is shown in the message.",
    "`kubectl describe nodes` shows what nodes have and offer",
)

_WORDS: tuple[tuple[str, str, Describe], ...] = (
    ("scheduling-gated", r"gated", _GATED),
    ("claim-pending", r"unbound immediate|persistentvolumeclaim|volumes to bind", _claim),
    (
        "volume-zone",
        r"volume zone|volume node affinity|PersistentVolume's node aff|free storage",
        _VOLUME,
    ),
    ("no-cpu", r"Insufficient cpu", _short_of("cpu", "CPU", "cpu: 100m")),
    ("no-memory", r"Insufficient memory", _short_of("memory", "memory", "memory: 64Mi")),
    (
        "no-disk",
        r"Insufficient ephemeral-storage",
        _short_of("ephemeral-storage", "disk space", "ephemeralStorage: 32Mi"),
    ),
    ("no-resource", r"Insufficient \S+|Too many pods", _short_of("pods", "room", "replicas: 2")),
    ("node-labels", r"node affinity/selector|node selector", _LABELS),
    ("kept-apart", r"anti-affinity|pod affinity|topology spread", _APART),
    ("host-port", r"free ports", _PORTS),
    ("cordoned", r"were unschedulable", _CORDONED),
    ("taints", r"taint", _TAINTS),
    ("unschedulable", r".", _OTHER),
)

CAUSES: tuple[Cause[Pod], ...] = tuple(
    Words(key, Patience.CLUSTER, words(pattern), describe).cause(_text)
    for key, pattern, describe in _WORDS
)
"""Causes of a pod without a node, the most telling first."""
