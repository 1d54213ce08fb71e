"""A hook that hands the number of replicas over to an autoscaler, and takes it back.

A field that server-side apply owned and leaves out falls back to its default: one pod. So another
field manager has to own the number first. And the number that an autoscaler has set cannot be
changed without a conflict, unless it is the same.
https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
"""

import json
from collections.abc import Mapping
from typing import Any

import pulumi

from ..k8s.kubectl import kubectl
from ..machine.runner import UP_AGAIN, CommandError, LocalError, Runner
from .hooks import Workload, before_update

_MANAGER = "slipway-replicas"


def replicas_hook(workload: Workload, kubeconfig: pulumi.Output[str]) -> pulumi.ResourceHookBinding:
    """Return the hook before an update of the workload."""

    async def change(hook: pulumi.ResourceHookArgs) -> None:
        await change_owner(
            workload, kubeconfig, _replicas(hook.old_inputs), _replicas(hook.new_inputs)
        )

    return before_update(f"{workload.name}-replicas", change)


async def change_owner(
    workload: Workload, kubeconfig: pulumi.Output[str], before: float | None, after: float | None
) -> None:
    """Hand the number of replicas over to an autoscaler, which leaves it out (None) of the
    workload, or take it back.

    Raises LocalError when the cluster does not answer.
    """
    if (before is None) == (after is None):
        return
    credentials = await kubeconfig.future()
    if credentials is None:
        raise LocalError(
            f"{workload.name}: the number of replicas cannot change its owner",
            details="the cluster's kubeconfig is not known",
            next_step=UP_AGAIN,
        )
    if after is None:
        hand_over(Runner(), credentials, workload)
    else:
        _take_back(credentials, workload, int(after))


def hand_over(runner: Runner, kubeconfig: str, workload: Workload) -> None:
    """Let another field manager own the current number of pods.  Raises CommandError."""
    try:
        current = kubectl(
            runner, kubeconfig, "get", *workload.place, "--output=jsonpath={.spec.replicas}"
        )
    except CommandError as error:
        if "NotFound" in error.output:
            return  # deleted outside Pulumi: it will be recreated
        raise
    manifest: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": workload.kind,
        "metadata": {"name": workload.name, "namespace": workload.namespace},
        "spec": {"replicas": int(current)},
    }
    apply = ("apply", "--server-side", f"--field-manager={_MANAGER}", "--filename=-")
    kubectl(runner, kubeconfig, *apply, stdin=json.dumps(manifest))


def _take_back(kubeconfig: str, workload: Workload, replicas: int) -> None:
    """Delete the autoscaler, and scale to what the update will apply."""
    _, name, namespace = workload.place
    delete = ("delete", "horizontalpodautoscaler", name, namespace, "--ignore-not-found")
    kubectl(Runner(), kubeconfig, *delete)
    kubectl(Runner(), kubeconfig, "scale", *workload.place, f"--replicas={replicas}")


def _replicas(inputs: Mapping[str, Any] | None) -> float | None:
    spec: Mapping[str, Any] = (inputs or {}).get("spec") or {}
    return spec.get("replicas")
