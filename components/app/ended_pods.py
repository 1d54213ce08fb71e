"""A hook that lets pods of the previous version end before policies that are theirs are deleted.

Pulumi deletes what is no longer declared once the rollout has succeeded. Pods that are about to end
still serve then, and finish their requests.
https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
"""

import asyncio
import json
import time
from collections.abc import Collection, Mapping
from typing import Any

import pulumi

from ..k8s.kubectl import kubectl
from ..machine.runner import CommandError, Runner
from .hooks import Workload, after_update

_PAUSE_SECONDS = 1.0
_MARGIN_SECONDS = 5


def ended_pods_hook(
    workload: Workload, policies: Collection[str], kubeconfig: pulumi.Output[str]
) -> pulumi.ResourceHookBinding:
    """Return the hook after an update of the workload, which has these policies from then on."""

    async def wait(hook: pulumi.ResourceHookArgs) -> None:
        credentials = await kubeconfig.future()
        if credentials is None:
            return
        try:
            if _has_others(workload, policies, credentials):
                await _wait(workload, _grace_seconds(hook.old_inputs or {}), credentials)
        except CommandError as error:
            print(f"{workload.name}: whether pods are still ending was not looked up: {error}")

    return after_update(f"{workload.name}-ended-pods", wait)


def _has_others(workload: Workload, policies: Collection[str], kubeconfig: str) -> bool:
    """Return whether the application has policies that are about to be deleted."""
    names = _items(workload, "networkpolicies", kubeconfig)
    return any(each["metadata"]["name"] not in policies for each in names)


async def _wait(workload: Workload, grace_seconds: int, kubeconfig: str) -> None:
    """Wait for the pods that are about to end, no longer than Kubernetes does."""
    deadline = time.monotonic() + grace_seconds + _MARGIN_SECONDS
    while time.monotonic() < deadline:
        pods = _items(workload, "pods", kubeconfig)
        if not any("deletionTimestamp" in pod["metadata"] for pod in pods):
            return
        # Other applications are updated meanwhile.
        await asyncio.sleep(_PAUSE_SECONDS)


def _items(workload: Workload, kind: str, kubeconfig: str) -> list[dict[str, Any]]:
    """Return the objects of a kind that the application has.  Raises CommandError."""
    _, name, namespace = workload.place
    selector = f"--selector=app.kubernetes.io/name={name}"
    text = kubectl(Runner(), kubeconfig, "get", kind, namespace, selector, "--output=json")
    return json.loads(text)["items"]


def _grace_seconds(inputs: Mapping[str, Any]) -> int:
    """Return the seconds that pods of the previous version may take to end."""
    return int(inputs["spec"]["template"]["spec"].get("terminationGracePeriodSeconds", 30))
