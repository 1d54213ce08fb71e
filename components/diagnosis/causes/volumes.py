"""Causes for which a node cannot prepare a pod: its volumes and its network."""

import re
from collections.abc import Callable

from ..events import newest
from ..pods import Pod
from ..trouble import Finding, Patience
from .cause import Cause, Words, words
from .configuration import missing_object

_REASONS = ("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox")
_PREPARED = ("Pulling", "Pulled", "Created", "Started")


def _text(pod: Pod) -> str:
    """Return the last failure of a pod's preparation; empty once that is done.

    Events stay after a failure has passed: a later one, or a container that ran, ends it.
    """
    failure = newest(pod.events, *_REASONS)
    prepared = newest(pod.events, *_PREPARED)
    if failure is None or pod.has_run:
        return ""
    if prepared is not None and prepared.last >= failure.last:
        return ""
    return f"{failure.reason}: {' '.join(failure.message.split())}"


def _volume(text: str) -> str:
    match = re.search(r'volume "([^"]+)"', text)
    return match[1] if match else "one of its volumes"


def _last_part(text: str) -> str:
    """Return what a message of nested errors ends with."""
    return text.rpartition(": ")[2][:120]


def _not_synced(match: re.Match[str], pod: Pod) -> Finding:
    del match, pod
    return Finding(
        "cannot start yet: its node has not read its Secrets and ConfigMaps",
        "The node waits for the API server, which mostly takes seconds.",
        "`kubectl get nodes` shows whether the node is ready",
    )


def _missing(match: re.Match[str], pod: Pod) -> Finding:
    kind = "Secret" if match["kind"].lower() == "secret" else "ConfigMap"
    return missing_object(kind, match["name"], pod.namespace)


def _missing_key(match: re.Match[str], pod: Pod) -> Finding:
    return Finding(
        f"cannot start: its volume {_volume(match.string)} needs the key {match['key']}, which its "
        "Secret or ConfigMap lacks",
        "Each key of a Secret or ConfigMap is a file of the volume; this one does not exist.",
        f"correct the key, or add it; {pod.described} names the Secret",
    )


def _attached(match: re.Match[str], pod: Pod) -> Finding:
    del pod
    return Finding(
        f"cannot start: its volume {_volume(match.string)} is in use on another node",
        "Most volumes can be mounted by one node at a time, and the pod that had it has not ended, "
        "or its node is lost.",
        "`kubectl get volumeattachments` shows where it is; a StatefulSet, or "
        "`access: ReadWriteMany`, where several pods share one",
    )


def _mount(match: re.Match[str], pod: Pod) -> Finding:
    return Finding(
        f"cannot start: its volume {_volume(match.string)} cannot be mounted: "
        f"{_last_part(match.string)}",
        "The node cannot prepare a volume of the pod.",
        f"{pod.described} has the whole message",
    )


def _network(match: re.Match[str], pod: Pod) -> Finding:
    return Finding(
        f"cannot start: its node gives it no network: {_last_part(match.string)}",
        "The network plugin of the cluster fails on that node.",
        "`kubectl --namespace=kube-system get pods -o wide` shows the plugin's pods",
    )


_OBJECT = r"(?P<kind>secret|configmap)"
_WORDS: tuple[tuple[str, Patience, str, Callable[[re.Match[str], Pod], Finding]], ...] = (
    ("cache-not-synced", Patience.CLUSTER, r"failed to sync .* cache", _not_synced),
    ("missing-object", Patience.CERTAIN, rf"{_OBJECT} \"(?P<name>[^\"]+)\" not found", _missing),
    (
        "missing-key",
        Patience.CERTAIN,
        r"non-existent (?:secret|config) key: (?P<key>\S+)",
        _missing_key,
    ),
    ("volume-attached", Patience.CLUSTER, r"Multi-Attach", _attached),
    ("pod-network", Patience.CLUSTER, r"^FailedCreatePodSandBox", _network),
    ("volume-mount", Patience.CLUSTER, r".", _mount),
)

CAUSES: tuple[Cause[Pod], ...] = tuple(
    Words(key, patience, words(pattern), describe).cause(_text)
    for key, patience, pattern, describe in _WORDS
)
"""Causes of a pod that its node cannot prepare, the most telling first."""
