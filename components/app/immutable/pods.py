"""Pods of a StatefulSet that lack one of its volumes.

The controller stops at the first of them: it can give no volume to a pod that runs, and goes on to
no other. So each is deleted, in the controller's order, and its successor has all volumes.
"""

import json
import time
from collections.abc import Sequence
from typing import Any

from ...k8s.kubectl import kubectl
from ...machine.runner import UP_AGAIN, LocalError, Runner
from ..hooks import Workload

_READY_SECONDS = 300
_DELETION_SECONDS = 600
_PAUSE_SECONDS = 0.5


class Pods:
    """The pods of a StatefulSet in a cluster."""

    def __init__(self, runner: Runner, kubeconfig: str, workload: Workload) -> None:
        self._runner = runner
        self._kubeconfig = kubeconfig
        self._workload = workload
        self._namespace = f"--namespace={workload.namespace}"

    @property
    def name(self) -> str:
        """Name of the StatefulSet."""
        return self._workload.name

    def all(self) -> list[dict[str, Any]]:
        """Return them in the order of their numbers.  Raises CommandError."""
        select = f"--selector=app.kubernetes.io/name={self.name}"
        get = ("get", "pods", self._namespace, select, "--output=json")
        found = json.loads(kubectl(self._runner, self._kubeconfig, *get))["items"]
        own = [each for each in found if _number(each, self.name) is not None]
        return sorted(own, key=lambda each: _number(each, self.name) or 0)

    def delete(self, pod: str) -> None:
        """Delete a pod, and wait until it has ended.  Raises CommandError."""
        delete = ("delete", "pod", pod, self._namespace, "--ignore-not-found")
        kubectl(self._runner, self._kubeconfig, *delete, seconds=_DELETION_SECONDS)

    def is_ready(self, pod: str) -> bool:
        """Return whether the pod exists and is ready."""
        get = ("get", "pod", pod, self._namespace, "--ignore-not-found", "--output=json")
        text = kubectl(self._runner, self._kubeconfig, *get)
        status: dict[str, Any] = json.loads(text).get("status", {}) if text else {}
        conditions: list[dict[str, str]] = status.get("conditions", [])
        return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def restart(pods: Pods, volumes: Sequence[str]) -> None:
    """Let each pod that lacks one of these volumes be recreated, one after the other.

    Raises LocalError when a successor does not get ready in time, and CommandError.
    """
    for pod in pods.all():
        spec: dict[str, Any] = pod["spec"]
        mounted: set[str] = {each["name"] for each in spec.get("volumes", [])}
        if mounted.issuperset(volumes):
            continue
        name: str = pod["metadata"]["name"]
        print(f"{pods.name}: the pod {name} is recreated with its new volume", flush=True)
        pods.delete(name)
        end = time.monotonic() + _READY_SECONDS
        while not pods.is_ready(name):
            if time.monotonic() > end:
                raise LocalError(
                    f"{pods.name}: the pod {name}, recreated with a new volume, is not ready after "
                    f"{_READY_SECONDS} s; the other pods are as before",
                    details=f"`kubectl describe pod {name}` shows what it waits for",
                    next_step=UP_AGAIN,
                )
            time.sleep(_PAUSE_SECONDS)


def _number(pod: dict[str, Any], stateful_set: str) -> int | None:
    """Return the number that the controller gave a pod; None for a pod of another owner."""
    prefix, _, number = str(pod["metadata"]["name"]).rpartition("-")
    return int(number) if prefix == stateful_set and number.isdecimal() else None
