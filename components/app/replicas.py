"""Handing the number of replicas over to an autoscaler, and taking it back.

What server-side apply owned and leaves out falls back to its default: one pod. So something else
has to own the number first. And what an autoscaler has set may not be set by us without a
conflict, unless it is the same.
https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
"""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockMonitor

from ..k8s.kubectl import kubectl
from ..machine.runner import CommandError, Runner
from ..targets.base import Target
from .args import AppArgs

_MANAGER = "slipway-replicas"


def replicas_hook(
    name: str, args: AppArgs, target: Target, namespace: str
) -> pulumi.ResourceHookBinding:
    """What runs before an update of the workload; nothing under mocks, which run no hooks."""
    if isinstance(pulumi.runtime.settings.get_monitor(), MockMonitor):
        return pulumi.ResourceHookBinding()

    async def before_update(hook: pulumi.ResourceHookArgs) -> None:
        before, now = _replicas(hook.old_inputs), _replicas(hook.new_inputs)
        if (before is None) == (now is None):
            return
        kubeconfig = await target.kubeconfig.future()
        assert kubeconfig is not None
        place = (args.kind.lower(), name, f"--namespace={namespace}")
        if now is None:
            _hand_over(kubeconfig, args.kind, name, namespace)
        else:
            hpa = ("delete", "horizontalpodautoscaler", name, place[2], "--ignore-not-found")
            kubectl(Runner(), kubeconfig, *hpa)
            kubectl(Runner(), kubeconfig, "scale", *place, f"--replicas={int(now)}")

    hook = pulumi.ResourceHook(f"{name}-replicas", before_update)
    return pulumi.ResourceHookBinding(before_update=[hook])


def _hand_over(kubeconfig: str, kind: str, name: str, namespace: str) -> None:
    """Let somebody else own the number of pods that there are."""
    get = ("get", kind.lower(), name, f"--namespace={namespace}")
    try:
        found = kubectl(Runner(), kubeconfig, *get, "--output=jsonpath={.spec.replicas}")
    except CommandError as error:
        if "NotFound" in error.output:
            return  # removed behind our back: it is made anew
        raise
    manifest: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": int(found)},
    }
    apply = ("apply", "--server-side", f"--field-manager={_MANAGER}", "--filename=-")
    kubectl(Runner(), kubeconfig, *apply, stdin=json.dumps(manifest))


def _replicas(inputs: Mapping[str, Any] | None) -> Any:
    spec: Mapping[str, Any] = (inputs or {}).get("spec") or {}
    return spec.get("replicas")
