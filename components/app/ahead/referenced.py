"""That what a pod names exists in the cluster."""

import shlex
from collections.abc import Sequence

from ...k8s.api import Api, ApiError, collection
from ...k8s.objects import Manifest
from .fields import section
from .finding import Finding, Found, Notice
from .producers import producer
from .references import ACCOUNT, CLAIM, CONFIG_MAP, SECRET, Reference
from .sentences import missing_account
from .subject import Subject

_SETTINGS = {
    SECRET: "`envFrom` or `secretVolumes`",
    CONFIG_MAP: "`envFrom`",
    CLAIM: "`adjust` of App",
}


def referenced(api: Api, subject: Subject, name: str, uses: Sequence[Reference]) -> Found:
    """Return what is wrong with one object; `uses` are all references to it.

    Raises ApiError where it may not be read.
    """
    kind = uses[0].kind
    content = api.find(f"{collection('v1', kind, subject.namespace)}/{name}")
    if content is None:
        if source := producer(api, subject.namespace, kind, name):
            return [_comes_later(subject, kind, name, source)]
        return [_missing(subject, kind, name, uses)]
    if kind == CLAIM:
        return _lost(subject, name, content)
    keys = {*section(content, "data"), *section(content, "binaryData")}
    absent = [use for use in uses if use.key is not None and use.key not in keys]
    return [_missing_key(subject, use, sorted(keys)) for use in _by_key(absent)]


def pull_secret(api: Api, subject: Subject, name: str) -> Found:
    """Return a notice where a pull secret does not exist."""
    try:
        secret = api.find(f"{collection('v1', SECRET, subject.namespace)}/{name}")
    except ApiError:
        return []
    if secret is not None:
        return []
    text = (
        f"{subject.application}: the pull secret `{name}` does not exist in the namespace "
        f"{subject.namespace}: images that need a login will not be pulled"
    )
    return [Notice(text)]


def _missing(subject: Subject, kind: str, name: str, uses: Sequence[Reference]) -> Finding:
    if kind == ACCOUNT:
        return missing_account(subject, name)
    return Finding(
        cause=f"{kind} missing",
        message=f"{subject.application}: the {kind} `{name}` does not exist in the namespace "
        f"{subject.namespace}",
        details=f"{_users(uses)}: without it, none of its pods starts",
        next_step=_creation(subject, kind, name, uses),
    )


def _creation(subject: Subject, kind: str, name: str, uses: Sequence[Reference]) -> str:
    """Return the command that creates an object with the keys in question."""
    instead = f"or another name in {_SETTINGS[kind]}"
    where = f"--namespace={subject.namespace}"
    if kind == CLAIM:
        return f"`kubectl get persistentvolumeclaims {where}` lists those that exist; {instead}"
    keys = sorted({use.key for use in uses if use.key is not None}) or ["KEY"]
    literals = " ".join(f"--from-literal={shlex.quote(key)}=VALUE" for key in keys)
    noun = "secret generic" if kind == SECRET else "configmap"
    return f"`kubectl create {noun} {name} {where} {literals}`, {instead}"


def _missing_key(subject: Subject, use: Reference, keys: Sequence[str]) -> Finding:
    known = ", ".join(f"`{key}`" for key in keys) or "none"
    kind = use.kind.lower()
    return Finding(
        cause=f"{use.kind} key missing",
        message=f"{subject.application}: the {use.kind} `{use.name}` in the namespace "
        f"{subject.namespace} has no key `{use.key}`",
        details=f"{_users([use])}; its keys: {known}",
        next_step=f"another key in {_SETTINGS[use.kind]}, or add it: `kubectl edit {kind} "
        f"{use.name} --namespace={subject.namespace}`",
    )


def _lost(subject: Subject, name: str, claim: Manifest) -> Found:
    if section(claim, "status").get("phase") != "Lost":
        return []
    finding = Finding(
        cause="volume lost",
        message=f"{subject.application}: the PersistentVolumeClaim `{name}` in the namespace "
        f"{subject.namespace} has lost its volume",
        details="the volume that held its data was deleted; no pod that mounts it starts",
        next_step=f"`kubectl describe persistentvolumeclaim {name} "
        f"--namespace={subject.namespace}`; restore the volume, or delete the claim",
    )
    return [finding]


def _comes_later(subject: Subject, kind: str, name: str, source: str) -> Notice:
    return Notice(
        f"{subject.application}: the {kind} `{name}` does not exist in the namespace "
        f"{subject.namespace} yet; {source} is to create it, and the pods wait for that"
    )


def _users(uses: Sequence[Reference]) -> str:
    users = list(dict.fromkeys(use.user for use in uses))
    listed = users[0] if len(users) == 1 else f"{', '.join(users[:-1])} and {users[-1]}"
    return f"{listed} {'needs' if len(users) == 1 else 'need'} it"


def _by_key(uses: Sequence[Reference]) -> list[Reference]:
    """Return one use of each key."""
    return list({use.key: use for use in reversed(uses)}.values())[::-1]
