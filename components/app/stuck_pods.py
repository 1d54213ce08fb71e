"""A hook that lets an update of a StatefulSet pass pods of a version that never gets ready.

The controller waits for each pod before it goes on to the next: a pod of a broken version stops
every later version too, until that pod is deleted.
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from ..k8s.kubectl import kubectl
from ..machine.runner import CommandError, Runner
from .hooks import Workload, before_update

_PAUSE_SECONDS = 2.0
_REVISION = "controller-revision-hash"


@dataclass(frozen=True)
class _Pod:
    """A pod that is neither ready nor about to end."""

    name: str
    uid: str
    version: str
    """Version of the object, which changes with the pod's status too."""

    revision: str


@dataclass(frozen=True)
class _Rollout:
    """A StatefulSet and those of its pods that are not ready."""

    generation: int
    revision: str | None
    """Revision that its pods are to have; None while the controller has not seen the last one."""

    unready: Mapping[str, _Pod]
    """The pods by name, which a recreated pod has again."""


def stuck_pods_hook(
    workload: Workload, kubeconfig: pulumi.Output[str], seconds: int
) -> pulumi.ResourceHookBinding:
    """Return the hook before an update of a StatefulSet that may take a number of seconds.

    Pods that are not ready before the update are deleted once it gives them another revision: not
    earlier, as the controller would recreate them as they were.
    """

    async def delete_during_update(hook: pulumi.ResourceHookArgs) -> None:
        del hook
        credentials = await kubeconfig.future()
        if credentials is None:
            return
        rollout = before(workload, credentials)
        if rollout is not None and rollout.unready:
            arguments = (workload, credentials, rollout, time.monotonic() + seconds)
            threading.Thread(target=delete_stuck, args=arguments, daemon=True).start()

    return before_update(f"{workload.name}-stuck-pods", delete_during_update)


def before(workload: Workload, kubeconfig: str) -> _Rollout | None:
    """Return the rollout that an update finds; None if the cluster does not show it.

    That is no reason to stop: the update reports what is wrong.
    """
    try:
        return _rollout(workload, kubeconfig)
    except CommandError as error:
        if "NotFound" not in error.output:
            print(f"{workload.name}: pods that an update would wait for were not sought: {error}")
        return None


def delete_stuck(workload: Workload, kubeconfig: str, start: _Rollout, deadline: float) -> None:
    """Delete the pods that were not ready at the start, still are not, and are not of the revision
    that the update gives to pods; until none is left, or the deadline has passed."""
    has_changed = False
    while time.monotonic() < deadline:
        try:
            rollout = _rollout(workload, kubeconfig)
            has_changed = has_changed or rollout.generation > start.generation
            stuck = list(_stuck(start, rollout))
            for pod in stuck:
                _delete(workload, kubeconfig, pod)
                has_changed = True
            if has_changed and rollout.revision is not None and not stuck:
                return
        except CommandError:
            pass  # it changed meanwhile, or the cluster is busy: the next look decides
        time.sleep(_PAUSE_SECONDS)


def _stuck(start: _Rollout, current: _Rollout) -> Iterator[_Pod]:
    if current.revision is None:
        return
    for name, pod in current.unready.items():
        if name in start.unready and pod.revision != current.revision:
            yield pod


def _delete(workload: Workload, kubeconfig: str, pod: _Pod) -> None:
    """Delete a pod as it was seen.  Raises CommandError if it changed, as one that got ready."""
    condition = {"uid": pod.uid, "resourceVersion": pod.version}
    options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": condition}
    path = f"/api/v1/namespaces/{workload.namespace}/pods/{pod.name}"
    delete = ("delete", "--raw", path, "--filename=-")
    kubectl(Runner(), kubeconfig, *delete, stdin=json.dumps(options))
    print(
        f"{workload.name}: deleted the pod {pod.name} of an earlier version, which was not ready "
        "and which the update would wait for"
    )


def _rollout(workload: Workload, kubeconfig: str) -> _Rollout:
    """Return the StatefulSet and its pods.  Raises CommandError."""
    _, _, namespace = workload.place
    select = f"--selector=app.kubernetes.io/name={workload.name}"
    # The pods first: a StatefulSet that is read later knows the revisions of all of them.
    pods = _read(kubeconfig, "get", "pods", namespace, select)["items"]
    workload_now = _read(kubeconfig, "get", *workload.place)
    metadata, status = workload_now["metadata"], workload_now.get("status", {})
    is_observed = status.get("observedGeneration") == metadata["generation"]
    unready = [_pod(pod) for pod in pods if _is_unready(pod, metadata["uid"])]
    return _Rollout(
        generation=metadata["generation"],
        revision=status.get("updateRevision") if is_observed else None,
        unready={pod.name: pod for pod in unready},
    )


def _read(kubeconfig: str, *arguments: str) -> Any:
    return json.loads(kubectl(Runner(), kubeconfig, *arguments, "--output=json"))


def _is_unready(pod: Mapping[str, Any], owner: str) -> bool:
    metadata, conditions = pod["metadata"], pod.get("status", {}).get("conditions", [])
    is_owned = any(each["uid"] == owner for each in metadata.get("ownerReferences", []))
    is_ready = any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
    return is_owned and not is_ready and "deletionTimestamp" not in metadata


def _pod(pod: Mapping[str, Any]) -> _Pod:
    metadata = pod["metadata"]
    revision = metadata.get("labels", {}).get(_REVISION, "")
    return _Pod(metadata["name"], metadata["uid"], metadata["resourceVersion"], revision)
