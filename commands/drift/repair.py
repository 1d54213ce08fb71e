"""The repair of objects: in few commands of kubectl, in the order of the objects' creation."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from commands.cluster import Cluster
from commands.drift.comparison import changes
from commands.drift.declared import Declared, Place
from commands.drift.findings import Finding, Kind
from commands.drift.managers import Managers
from commands.drift.patching import Operation, patch
from commands.drift.stuck_pods import delete_stuck
from commands.errors import CommandError

_MANAGER = "slipway-repair"
"""Field manager of JSON Patches. What it owns is given up again, as it declares nothing."""
_SECONDS = 120.0
_DELETION_SECONDS = 120
_WORKLOADS = ("Deployment", "StatefulSet")


def repair(cluster: Cluster, found: Sequence[Finding], plain: Mapping[Place, Declared]) -> None:
    """Make the objects what the state declares; `plain` are these objects with plain secrets.

    Raises CommandError with the words of the API server for what it refuses.
    """
    for finding in found:
        if finding.kind is Kind.ENDING:
            _await_deletion(cluster, finding.declared)
    _delete(cluster, [finding.declared for finding in found if finding.is_recreated])
    patched = [finding for finding in found if _patch(cluster, finding, plain)]
    apply(cluster, [to_be_applied(finding, plain) for finding in found])
    for finding in patched:
        _give_up(cluster, finding.declared)
    for finding in found:
        if finding.declared.kind == "StatefulSet" and finding.changes_pods:
            delete_stuck(cluster, finding.declared)


def await_rollouts(cluster: Cluster, repaired: Sequence[Declared]) -> None:
    """Wait until the workloads among the objects have rolled out, each within its own time.

    Raises CommandError when one does not.
    """
    for declared in repaired:
        if declared.kind not in _WORKLOADS or _is_updated_by_hand(declared):
            continue
        seconds = int(declared.seconds)
        try:
            cluster.run(
                *("rollout", "status", *declared.words, f"--timeout={seconds}s"),
                seconds=seconds + 15.0,
            )
        except CommandError as error:
            raise CommandError(
                f"{declared}: the {declared.kind} is as the stack declares it again, but its pods "
                f"are not ready within {seconds} s: {_reason(error)}",
                f"make status STACK={cluster.stack.name}",
            ) from None


def _is_updated_by_hand(declared: Declared) -> bool:
    """Return whether its pods change only when they are deleted."""
    strategy: Mapping[str, Any] = declared.manifest["spec"].get("updateStrategy") or {}
    return strategy.get("type") == "OnDelete"


def to_be_applied(finding: Finding, plain: Mapping[Place, Declared]) -> Declared:
    """Return what is applied: without the number of pods where an autoscaler sets it."""
    declared = plain[finding.declared.place]
    if finding.live is None or not Managers(finding.live, declared.manager).is_autoscaled():
        return declared
    spec = {key: value for key, value in declared.manifest["spec"].items() if key != "replicas"}
    return replace(declared, manifest={**declared.manifest, "spec": spec})


def _await_deletion(cluster: Cluster, declared: Declared) -> None:
    try:
        cluster.run(
            *("wait", "--for=delete", *declared.words, f"--timeout={_DELETION_SECONDS}s"),
            seconds=_DELETION_SECONDS + 15.0,
        )
    except CommandError as error:
        raise CommandError(
            f"{declared}: the {declared.kind} is being deleted and is still there after "
            f"{_DELETION_SECONDS} s: {_reason(error)}",
            f"kubectl get {' '.join(declared.words)} --output=yaml, which shows the finalizers "
            "and what the deletion waits for; then make up",
        ) from None


def _delete(cluster: Cluster, objects: Sequence[Declared]) -> None:
    if objects:
        _send(cluster, objects, "delete", "--ignore-not-found")


def _patch(cluster: Cluster, finding: Finding, plain: Mapping[Place, Declared]) -> bool:
    """Undo what contradicts a declared field; return whether there was any."""
    if finding.live is None or not any(change.patch for change in finding.changes):
        return False
    declared = plain[finding.declared.place]

    def undone(live: Mapping[str, Any]) -> list[Operation]:
        operations: list[Operation] = []
        for change in changes(declared.manifest, live, declared.manager):
            operations += [each for each in change.patch if each not in operations]
        return operations

    patch(cluster, declared, undone, f"--field-manager={_MANAGER}", live=finding.live)
    return True


def apply(cluster: Cluster, objects: Sequence[Declared]) -> None:
    """Apply objects with their own managers, by force.

    Raises CommandError with the words of the API server for what it refuses.
    """
    for manager, group in groupby(objects, key=lambda declared: declared.manager):
        # Unknown fields are warnings, as in Pulumi's own updates.
        _send(
            *(cluster, list(group), "apply", "--server-side", "--force-conflicts"),
            *(f"--field-manager={manager}", "--validate=warn"),
        )


def _send(cluster: Cluster, objects: Sequence[Declared], verb: str, *options: str) -> None:
    items = [each.manifest for each in objects]
    try:
        cluster.run(
            *(verb, *options, "--filename=-"),
            stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}),
            seconds=_SECONDS,
        )
    except CommandError as error:
        names = ", ".join(f"the {each.kind} {each}" for each in objects)
        raise CommandError(
            f"what was changed by hand cannot be set back; of {names} the cluster refuses: "
            f"{_reason(error)}",
            "kubectl delete what the message names, if it holds no data, then make up",
        ) from None


def _give_up(cluster: Cluster, declared: Declared) -> None:
    """Remove the patch's manager, or the fields that it set would outlive the stack's own."""
    patch(cluster, declared, _without_the_manager)


def _without_the_manager(live: Mapping[str, Any]) -> list[Operation]:
    entries: list[Mapping[str, Any]] = live["metadata"].get("managedFields") or []
    return [
        {"op": "remove", "path": f"/metadata/managedFields/{index}"}
        for index in reversed(range(len(entries)))  # what is removed moves those after it
        if entries[index].get("manager") == _MANAGER
    ]


def _reason(error: CommandError) -> str:
    """Return what kubectl printed, without the command and the advice around it."""
    return error.message.partition("`: ")[2] or error.message
