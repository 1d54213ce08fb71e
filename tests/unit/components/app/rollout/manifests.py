"""Workloads as Pulumi hands them on, and as the cluster reports them."""

from typing import Any

from components.k8s.objects import Manifest

from ...doubles.api import ApiDouble

MANAGER = "slipway-kind"


def workload(image: str = "web@sha256:1", kind: str = "Deployment", **spec: Any) -> Manifest:
    """Return a workload `web` of three replicas."""
    container = {"name": "web", "image": image}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {
            "name": "web",
            "namespace": "shop",
            "annotations": {"pulumi.com/patchFieldManager": MANAGER},
        },
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"spec": {"containers": [container]}},
            **spec,
        },
    }


def live(manifest: Manifest, generation: int = 1, **status: Any) -> Manifest:
    """Return a workload as the cluster has it once its rollout is complete."""
    replicas = manifest["spec"].get("replicas", 3)
    counts = ("replicas", "updatedReplicas", "availableReplicas", "readyReplicas")
    complete = {"observedGeneration": generation, **dict.fromkeys(counts, replicas)}
    if manifest["kind"] == "StatefulSet":
        complete |= {"currentRevision": "web-1", "updateRevision": "web-1"}
    metadata = {**manifest["metadata"], "uid": "w", "generation": generation}
    return {**manifest, "metadata": metadata, "status": complete | status}


def cluster(*objects: Manifest, ready: int = 3) -> ApiDouble:
    """Return a cluster with these objects, and a number of ready pods of the newest version."""
    api = ApiDouble(*objects)
    path = "/apis/apps/v1/namespaces/shop/replicasets"
    api.lists[path] = [{"metadata": _owned("rs", "w", revision="2")}]
    path = "/api/v1/namespaces/shop/pods"
    api.lists[path] = [_pod(f"web-{number}") for number in range(ready)]
    api.lists["/api/v1/namespaces/shop/events"] = []
    return api


def _owned(name: str, owner: str, revision: str = "") -> Manifest:
    annotations = {"deployment.kubernetes.io/revision": revision}
    return {
        "name": name,
        "namespace": "shop",
        "uid": name,
        "annotations": annotations,
        "ownerReferences": [{"uid": owner}],
    }


def _pod(name: str) -> Manifest:
    ready = {"type": "Ready", "status": "True"}
    return {
        "metadata": _owned(name, "rs"),
        "spec": {"containers": [{"name": "web"}]},
        "status": {"phase": "Running", "conditions": [ready]},
    }
