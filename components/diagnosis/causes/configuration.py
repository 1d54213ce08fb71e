"""Causes for which the kubelet cannot put the settings of a container together."""

import re
from collections.abc import Callable

from ..pods import Container
from ..trouble import Finding, Patience
from .cause import Cause, Words, words


def _text(container: Container) -> str:
    waiting = container.waiting
    is_config = waiting.get("reason") == "CreateContainerConfigError"
    return (waiting.get("message") or "unknown") if is_config else ""


def _not_synced(match: re.Match[str], container: Container) -> Finding:
    del match, container
    return Finding(
        "cannot start yet: its node has not read its Secrets and ConfigMaps",
        "The node waits for the API server, which mostly takes seconds.",
        "`kubectl get nodes` shows whether the node is ready",
    )


def missing_object(kind: str, name: str, namespace: str) -> Finding:
    """Return the finding for a Secret or ConfigMap that does not exist."""
    example = f"--from-literal=KEY=VALUE --namespace={namespace}"
    create = f"kubectl create {'secret generic' if kind == 'Secret' else 'configmap'}"
    return Finding(
        f"cannot start: the {kind} {name} does not exist in the namespace {namespace}",
        f"The settings name the {kind} in `envFrom` or `secretVolumes`, and it must exist in the "
        "application's own namespace before the application starts.",
        f"correct the name, or create it: `{create} {name} {example}`",
    )


def _missing(match: re.Match[str], container: Container) -> Finding:
    return missing_object(_kind(match["kind"]), match["name"], container.pod.namespace)


def _missing_key(match: re.Match[str], container: Container) -> Finding:
    kind, name, namespace = _kind(match["kind"]), match["name"], container.pod.namespace
    return Finding(
        f"cannot start: the {kind} {name} has no key {match['key']}",
        f"A variable of the container has its value from that key of the {kind}, and the {kind} "
        "has others only.",
        f"correct `key` in `envFrom`, or add it; `kubectl --namespace={namespace} describe "
        f"{kind.lower()} {name}` lists its keys",
    )


def _root(match: re.Match[str], container: Container) -> Finding:
    del match, container
    return Finding(
        "cannot start: its image runs as root, which the pod does not allow",
        "Containers run as a numeric user other than 0 (runAsNonRoot), and the image names none.",
        "end the Dockerfile with a number, such as `USER 10001:10001`; or set `user: 10001`",
    )


def _named_user(match: re.Match[str], container: Container) -> Finding:
    del container
    return Finding(
        f"cannot start: its image names its user {match['user']} in words",
        "Whether a name is that of root is not known before the image runs, so that it must be a "
        "number (runAsNonRoot).",
        "end the Dockerfile with a number, such as `USER 10001:10001`; or set `user: 10001`",
    )


def _other(match: re.Match[str], container: Container) -> Finding:
    return Finding(
        f"cannot start: {match.string}",
        "The node cannot put the settings of the container together.",
        f"{container.pod.described} has more",
    )


def _kind(word: str) -> str:
    return "Secret" if word.lower() == "secret" else "ConfigMap"


_OBJECT = r"(?P<kind>secret|configmap)"
_WORDS: tuple[tuple[str, Patience, str, Callable[[re.Match[str], Container], Finding]], ...] = (
    ("cache-not-synced", Patience.CLUSTER, r"failed to sync .* cache|timed out", _not_synced),
    (
        "missing-key",
        Patience.CERTAIN,
        rf"couldn't find key (?P<key>\S+) in {_OBJECT} [^/\s]+/(?P<name>\S+)",
        _missing_key,
    ),
    ("missing-object", Patience.CERTAIN, rf"{_OBJECT} \"(?P<name>[^\"]+)\" not found", _missing),
    ("named-user", Patience.CERTAIN, r"non-numeric user \((?P<user>[^)]*)\)", _named_user),
    ("runs-as-root", Patience.CERTAIN, r"runAsNonRoot|breaks non-root policy", _root),
    ("configuration", Patience.CLUSTER, r".", _other),
)

WAITS: tuple[Cause[Container], ...] = tuple(
    Words(key, patience, words(pattern), describe).cause(_text)
    for key, patience, pattern, describe in _WORDS
)
"""Causes of a container that cannot be put together, the most telling first."""
