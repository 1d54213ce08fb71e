"""The pods that a controller would make of a workload."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ...k8s.objects import Manifest

_VERSIONS = ("apps/v1", "batch/v1")
_MOST = 100
"""Pods of one workload that are made; a quota for more than that is not tested."""


def pods_of(workload: Manifest) -> list[Manifest]:
    """Return the pods of a workload as the API server has it; none for another object."""
    kind = workload["kind"] if workload["apiVersion"] in _VERSIONS else ""
    spec: Mapping[str, Any] = workload.get("spec") or {}
    if kind in ("Deployment", "ReplicaSet", "StatefulSet"):
        count = spec.get("replicas", 1)
    elif kind == "Job":
        count = min(spec.get("parallelism", 1), spec.get("completions", _MOST))
    elif kind == "CronJob":
        spec, count = spec["jobTemplate"]["spec"], 1
    elif kind == "DaemonSet":
        count = 1
    else:
        return []
    template: Mapping[str, Any] = spec["template"]
    return [_pod(workload, template, number) for number in range(min(count, _MOST))]


def _pod(workload: Manifest, template: Mapping[str, Any], number: int) -> Manifest:
    metadata: Mapping[str, Any] = template.get("metadata") or {}
    pod: dict[str, Any] = deepcopy(template["spec"])
    claims: list[Manifest] = workload["spec"].get("volumeClaimTemplates") or []
    name = workload["metadata"]["name"]
    for claim in claims:
        volume = claim["metadata"]["name"]
        source = {"persistentVolumeClaim": {"claimName": f"{volume}-{name}-{number}"}}
        pod.setdefault("volumes", []).append({"name": volume, **source})
    kept = {key: metadata[key] for key in ("labels", "annotations") if metadata.get(key)}
    namespace = workload["metadata"].get("namespace", "default")
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        # Names of pods may be shorter than those of their workloads.
        "metadata": {**kept, "generateName": f"{name[:50]}-", "namespace": namespace},
        "spec": pod,
    }
