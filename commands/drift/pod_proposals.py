"""Changed fields of pod templates as proposals for the stack file."""

from collections.abc import Mapping, Sequence
from typing import Any

from commands.drift.comparison import Change
from commands.drift.findings import Finding
from commands.drift.path import Item, Path
from commands.drift.proposed import OTHER, SECRET, Proposed, Setting, sent
from commands.drift.values import HIDDEN, MISSING

_Fields = Mapping[str, Any]
_POD: Path = ("spec", "template", "spec")
_CRON_POD: Path = ("spec", "jobTemplate", *_POD)
_IN_POD: Mapping[Path, Setting] = {
    ("priorityClassName",): ("priorityClass",),
    ("serviceAccountName",): ("serviceAccount",),
    ("automountServiceAccountToken",): ("serviceAccountToken",),
}
_IN_CONTAINER: Mapping[Path, Setting] = {
    ("image",): ("reference",),
    ("command",): ("command",),
    ("args",): ("args",),
    ("resources", "requests", "cpu"): ("cpu",),
    ("resources", "limits", "cpu"): ("cpuLimit",),
    ("resources", "requests", "memory"): ("memory",),
    ("resources", "limits", "memory"): ("memoryLimit",),
    ("resources", "requests", "ephemeral-storage"): ("ephemeralStorage",),
    ("resources", "limits", "ephemeral-storage"): ("ephemeralStorageLimit",),
}


def of_pod(finding: Finding, change: Change) -> Proposed | None:
    """Return the proposal for a change in the pod template; None for one elsewhere."""
    pod = _CRON_POD if finding.declared.kind == "CronJob" else _POD
    if change.path[: len(pod)] != pod:
        return None
    return _of_pod(finding, change, change.path[len(pod) :])


def _of_pod(finding: Finding, change: Change, path: Path) -> Proposed:
    if setting := _IN_POD.get(path):
        return Proposed(finding, change, ((setting, change.live),))
    if path == ("terminationGracePeriodSeconds",) and isinstance(change.live, int):
        drain = _drain(finding)
        return Proposed(finding, change, ((("shutdownSeconds",), change.live - drain),))
    if len(path) < 3 or path[0] not in ("containers", "initContainers"):
        return Proposed(finding, change, reason=OTHER)
    return _of_container(finding, change, _name(path[1]), path[2:])


def _of_container(finding: Finding, change: Change, container: str, path: Path) -> Proposed:
    live = _container(finding.live or {}, finding, container)
    match path:
        case ("image",):
            if "@sha256:" not in str(change.live):
                reason = "an image by a tag: `make up` names the digest, so write its reference"
                return Proposed(finding, change, container=container, reason=reason)
            # The settings have a reference, of which the declared image is the digest.
            values = (None, change.live)
            return Proposed(
                finding, change, ((("reference",), change.live),), container, values=values
            )
        case ("lifecycle", "preStop", "sleep", "seconds"):
            whole = finding.live or {}
            period = whole["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
            settings = (
                (("drainSeconds",), change.live),
                (("shutdownSeconds",), period - change.live),
            )
            return Proposed(finding, change, settings, container)
        case ("resources", "requests", "memory"):
            limit = live["resources"].get("limits", {}).get("memory", MISSING)
            # The limit is the request unless given.
            kept = ((("memoryLimit",), limit),) if limit not in (change.live, MISSING) else ()
            return Proposed(finding, change, ((("memory",), change.live), *kept), container)
        case ("env", variable) | ("env", variable, "value" | "valueFrom"):
            return _of_variable(finding, change, container, variable)
        case _:
            setting = _IN_CONTAINER.get(path)
            if setting is None:
                return Proposed(finding, change, reason=OTHER)
            return Proposed(finding, change, ((setting, change.live),), container)


def _of_variable(
    finding: Finding, change: Change, container: str, variable: str | Item
) -> Proposed:
    name = _name(variable)
    declared = _variable(_container(finding.declared.manifest, finding, container), name)
    source: _Fields = declared.get("valueFrom") or {}
    if "secretKeyRef" in source or declared.get("value") is HIDDEN:
        return Proposed(finding, change, container=container, reason=SECRET)
    live = _variable(_container(finding.live or {}, finding, container), name)
    if "valueFrom" in live or ("valueFrom" in declared and "value" not in live):
        return Proposed(finding, change, container=container, reason=OTHER)
    settings = ((("env", name), live.get("value", MISSING)),)
    if change.path[-1] != "valueFrom":
        return Proposed(finding, change, settings, container)
    # A text in place of a source: its removal and the text are one setting.
    values = (declared.get("value", MISSING), live["value"])
    place = (*sent(change.path[:-1]), "value")
    return Proposed(finding, change, settings, container, field=place, values=values)


def _variable(container: _Fields, name: str) -> _Fields:
    return _named(container.get("env"), name)


def _container(manifest: _Fields, finding: Finding, name: str) -> _Fields:
    pod = _pod(manifest, finding)
    return _named(pod.get("containers"), name) or _named(pod.get("initContainers"), name)


def _named(entries: Sequence[_Fields] | None, name: str) -> _Fields:
    found: _Fields = {}
    return next((each for each in entries or () if each["name"] == name), found)


def _pod(manifest: _Fields, finding: Finding) -> _Fields:
    pod: Any = manifest
    for step in _CRON_POD if finding.declared.kind == "CronJob" else _POD:
        pod = pod.get(step) or {}
    return pod


def _name(step: str | Item) -> str:
    return str(dict(step.keys)["name"]) if isinstance(step, Item) else step


def _drain(finding: Finding) -> int:
    """Return the seconds for which a pod still serves once it is to end."""
    containers: Sequence[_Fields] = _pod(finding.live or {}, finding).get("containers") or ()
    for container in containers:
        hooks: _Fields = container.get("lifecycle") or {}
        hook: _Fields = hooks.get("preStop") or {}
        if "sleep" in hook:
            return int(hook["sleep"]["seconds"])
    return 0
