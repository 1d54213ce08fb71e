"""A StatefulSet with other immutable fields, in the place of the one that runs.

It is deleted without its pods, which the new one adopts: a pod restarts only where its volumes
are others, as the controller cannot give it one.
https://kubernetes.io/docs/tasks/run-application/delete-stateful-set/
"""

import json
from copy import deepcopy
from typing import Any

from ...k8s.kubectl import kubectl
from ...k8s.objects import Manifest
from ...k8s.quantity import amount
from ...machine.runner import CommandError, Runner
from ..hooks import Workload
from ..replicas import hand_over
from .claims import existing_claims
from .fields import changed_in_place
from .pods import Pods, restart
from .volumes import volumes

_DELETION_SECONDS = 60
_MANAGER = "pulumi.com/patchFieldManager"


def recreate(
    runner: Runner, kubeconfig: str, workload: Workload, before: Manifest, after: Manifest
) -> None:
    """Let claims grow, and recreate the StatefulSet with the immutable fields of `after`.

    It is otherwise as it was: the update that follows changes the rest, one pod after the other.
    A run that was killed may have deleted it, and its pods still run.
    Raises CommandError when the cluster refuses a step.
    """
    replicas = _replicas(runner, kubeconfig, workload)
    for volume in volumes(after):
        _grow(runner, kubeconfig, workload, volume)
    delete = ("delete", *workload.place, "--cascade=orphan", "--ignore-not-found")
    kubectl(runner, kubeconfig, *delete, seconds=_DELETION_SECONDS)
    created = _overlaid(before, after)
    is_scaled = "replicas" not in created["spec"]
    if is_scaled and replicas is not None:
        created["spec"]["replicas"] = replicas
    manager = created["metadata"]["annotations"][_MANAGER]
    apply = ("apply", "--server-side", "--force-conflicts", f"--field-manager={manager}")
    kubectl(runner, kubeconfig, *apply, "--filename=-", stdin=json.dumps(created))
    if is_scaled:
        hand_over(runner, kubeconfig, workload)
    print(f"{workload.name}: the StatefulSet was recreated around its running pods", flush=True)
    restart(Pods(runner, kubeconfig, workload), [each["name"] for each in volumes(after)])


def _replicas(runner: Runner, kubeconfig: str, workload: Workload) -> int | None:
    get = ("get", *workload.place, "--ignore-not-found", "--output=jsonpath={.spec.replicas}")
    number = kubectl(runner, kubeconfig, *get)
    return int(number) if number else None


def _grow(runner: Runner, kubeconfig: str, workload: Workload, volume: Manifest) -> None:
    """Let the claims of a volume grow to its size; those that cannot keep theirs."""
    size: str = volume["size"]
    namespace = f"--namespace={workload.namespace}"
    for claim in existing_claims(runner, kubeconfig, workload, volume["name"]):
        if amount(claim.size) >= amount(size):
            continue
        patch = json.dumps({"spec": {"resources": {"requests": {"storage": size}}}})
        words = ("patch", "persistentvolumeclaim", claim.name, namespace, "--patch", patch)
        try:
            kubectl(runner, kubeconfig, *words)
            print(f"{workload.name}: the claim {claim.name} grows to {size}", flush=True)
        except CommandError as error:
            if claim.can_grow:
                raise
            print(f"{workload.name}: the claim {claim.name} keeps {claim.size}: {error}")


def _overlaid(before: Manifest, after: Manifest) -> Manifest:
    """Return the manifest before with the immutable fields of that after."""
    created = deepcopy(before)
    created.pop("status", None)
    for path in changed_in_place("StatefulSet"):
        _, _, field = path.partition(".")
        value: Any = after["spec"].get(field)
        if value is None:
            created["spec"].pop(field, None)
        else:
            created["spec"][field] = value
    return created
