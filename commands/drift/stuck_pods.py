"""Pods of a StatefulSet for which the controller would wait for ever.

It waits for each pod before it replaces the next, also for one of a version that never gets
ready. https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
"""

import time
from collections.abc import Mapping
from typing import Any

from commands.cluster import Cluster
from commands.drift.declared import Declared

_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.2
_REVISION = "controller-revision-hash"


def delete_stuck(cluster: Cluster, declared: Declared) -> None:
    """Delete the pods that are not ready and not of the version that was set back."""
    namespace = f"--namespace={declared.manifest['metadata']['namespace']}"
    workload = _observed(cluster, declared)
    labels: Mapping[str, str] = workload["spec"]["selector"]["matchLabels"]
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    pods = cluster.get("pods", namespace, f"--selector={selector}")["items"]
    revision = workload["status"].get("updateRevision")
    stuck = [pod["metadata"]["name"] for pod in pods if _is_stuck(pod, revision)]
    if stuck:
        print(
            f"{declared}: deleting {', '.join(stuck)}, not ready and of another version", flush=True
        )
        cluster.run("delete", "pods", *stuck, namespace, "--wait=false", "--ignore-not-found")


def _observed(cluster: Cluster, declared: Declared) -> dict[str, Any]:
    """Return the StatefulSet once its controller has seen the version, or after a while."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        workload = cluster.get(*declared.words)
        status: dict[str, Any] = workload.get("status") or {}
        seen = int(status.get("observedGeneration", 0))
        if seen >= int(workload["metadata"]["generation"]) or time.monotonic() > end:
            return {**workload, "status": status}
        time.sleep(_PAUSE_SECONDS)


def _is_stuck(pod: Mapping[str, Any], revision: str | None) -> bool:
    metadata: dict[str, Any] = pod["metadata"]
    labels: dict[str, str] = metadata.get("labels") or {}
    status: dict[str, Any] = pod.get("status") or {}
    conditions: list[dict[str, str]] = status.get("conditions") or []
    is_ready = any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
    is_other = labels.get(_REVISION, revision) != revision
    return is_other and not is_ready and "deletionTimestamp" not in metadata
