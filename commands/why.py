"""`make why`."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from commands import state
from commands.cluster import Cluster
from commands.errors import CommandError
from commands.recent import duration
from commands.stack import Stack
from commands.workloads import last_lines, read, secret_values
from components.diagnosis import explain, troubles

_KINDS = "deployments,statefulsets,jobs"
_STACK = "slipway.dev/stack"
_TIME = "%Y%m%dT%H%M%S"

_Object = dict[str, Any]


def why(stack: Stack, application: str | None) -> None:
    """Explain what is wrong with the stack's workloads now, and which rollouts failed before.

    `application` names one of them. Raises CommandError if there is none of that name.
    """
    cluster = Cluster(stack)
    found = [each for each in _workloads(cluster) if application in (None, _application(each))]
    earlier = _failed_rollouts(stack.checkout.root / ".slipway/rollouts" / stack.name, application)
    if not found and not earlier:
        what = "workload" if application is None else f"application {application}"
        raise CommandError(f"the stack {stack.name} has no {what}", f"make up STACK={stack.name}")
    for workload in found:
        print(_now(cluster, workload))
    for folder in earlier:
        print(f"\n{_told(folder, stack.checkout.root)}")


def _workloads(cluster: Cluster) -> list[_Object]:
    """Return the workloads with the label of the stack, whoever applied them."""
    label = next(_labels(cluster), None)
    selector = _STACK if label is None else f"{_STACK}={label}"
    return cluster.get(_KINDS, "--all-namespaces", f"--selector={selector}")["items"]


def _labels(cluster: Cluster) -> Iterator[str]:
    for resource in state.resources(cluster.state, ""):
        inputs: _Object = resource.get("inputs") or {}
        metadata: _Object = inputs.get("metadata") or {}
        labels: dict[str, str] = metadata.get("labels") or {}
        if _STACK in labels:
            yield labels[_STACK]


def _application(workload: _Object) -> str:
    return workload["metadata"]["labels"].get("app.kubernetes.io/name", "")


def _now(cluster: Cluster, workload: _Object) -> str:
    """Return what is wrong with a workload now, in words."""
    reading = read(cluster, workload)
    found = troubles(reading)
    name = f"{_application(workload)}: {workload['kind']} {workload['metadata']['name']}"
    if not found:
        return f"{name}: nothing is wrong"
    others = [f"also: {each.first_line}" for each in found[1:3]]
    secrets = secret_values(cluster, workload["metadata"]["namespace"])
    return explain(found[0], last_lines(cluster, workload, found[0]), secrets, others)


def _failed_rollouts(folder: Path, application: str | None) -> list[Path]:
    """Return the evidence of the last failed rollout of each application, oldest first."""
    names = sorted(folder.iterdir()) if folder.is_dir() else []
    kept = [
        sorted(each.iterdir())[-1]
        for each in names
        if application in (None, each.name) and each.is_dir() and any(each.iterdir())
    ]
    return sorted(kept, key=lambda each: each.name)


def _told(folder: Path, root: Path) -> str:
    """Return the message of a failed rollout, with its age and the place of the evidence."""
    at = datetime.strptime(re.sub(r"\D+$", "", folder.name), _TIME).replace(tzinfo=UTC)
    file = folder / "message.txt"
    message = file.read_text(encoding="utf-8").strip() if file.exists() else "(no message was kept)"
    place = folder.relative_to(root)
    return (
        f"{duration(datetime.now(UTC) - at)} ago a rollout of {folder.parent.name} failed:\n"
        f"{message}\n  objects, events and logs of that moment: {place}"
    )
