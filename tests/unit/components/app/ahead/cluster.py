"""A double of a cluster's API that holds objects by their paths and answers dry runs."""

import copy
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from components.app import ahead
from components.app.ahead import look_ahead
from components.app.ahead.finding import Outlook
from components.k8s.api import Api, ApiError, path_of

Manifest = dict[str, Any]
Change = Callable[[Manifest], None]


def forbidden(sentence: str, *, status: int = 403, reason: str = "Forbidden") -> ApiError:
    """Return an answer of the API server that refuses a request."""
    return ApiError(status, reason, sentence)


class Cluster:
    """A cluster whose API accepts every object, unless it is to refuse it."""

    def __init__(self) -> None:
        self.objects: dict[str, Manifest] = {}
        """Objects and lists by path; other paths are not found."""
        self.unreadable: dict[str, ApiError] = {}
        """Answers to reads of a path; of every path under an empty one."""
        self.refused_workload: ApiError | None = None
        self.refused_new: ApiError | None = None
        """Answer to a workload under another name."""
        self.refused_pod: Callable[[Manifest], ApiError | None] = lambda _pod: None
        self.added_to_pod: Change = lambda _pod: None
        """What the cluster sets in a pod that it admits."""
        self.after_first: Callable[[], None] = lambda: None
        """What happens between the two rounds."""
        self.requests: list[str] = []
        self.pods: list[Manifest] = []

    def holds(self, path: str, *items: Manifest) -> None:
        """Let the cluster hold a list at a path."""
        self.objects[path] = {"items": list(items), "metadata": {}}

    def get(self, path: str, **query: str) -> Manifest:
        del query
        self.requests.append(f"GET {path}")
        if error := self.unreadable.get(path) or self.unreadable.get(""):
            raise error
        if path not in self.objects:
            raise ApiError(404, "NotFound", f"{path} not found")
        return self.objects[path]

    def find(self, path: str) -> Manifest | None:
        try:
            return self.get(path)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def apply(
        self, manifest: Mapping[str, Any], manager: str, *, dry_run: bool = False
    ) -> Manifest:
        self.requests.append(f"PATCH {path_of(manifest)} dryRun={dry_run} by {manager}")
        if self.refused_workload is not None:
            raise self.refused_workload
        return copy.deepcopy(dict(manifest))

    def create(self, path: str, body: Mapping[str, Any], *, dry_run: bool = False) -> Manifest:
        self.requests.append(f"POST {path} dryRun={dry_run}")
        if path.rpartition("/")[2] != "pods":
            if self.refused_new is not None:
                raise self.refused_new
            return copy.deepcopy(dict(body))
        pod = copy.deepcopy(dict(body))
        self.pods.append(pod)
        if error := self.refused_pod(pod):
            raise error
        self.added_to_pod(pod)
        return pod

    def refuse_pods(self, sentence: str, *, status: int = 403, reason: str = "Forbidden") -> None:
        """Refuse every pod with a sentence."""
        error = forbidden(sentence, status=status, reason=reason)
        self.refused_pod = lambda _pod: error

    def refuse_workload(self, sentence: str, *, status: int = 403, reason: str = "") -> None:
        """Refuse the workload with a sentence."""
        self.refused_workload = forbidden(sentence, status=status, reason=reason)

    def outlook(self, manifest: Manifest, live: Manifest | None = None) -> Outlook:
        """Return what an update has ahead of it, without a pause between the rounds."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ahead.time, "sleep", lambda _seconds: self.after_first())
            return look_ahead(cast("Api", self), manifest, live, "slipway-test")

    def causes(self, manifest: Manifest, live: Manifest | None = None) -> list[str]:
        """Return the causes for which an update cannot succeed."""
        return [each.cause for each in self.outlook(manifest, live).findings]


def deployment(*changes: Change, replicas: int = 2, cpu: str = "100m") -> Manifest:
    """Return the Deployment `web` of the namespace shop, with changes to its pods' spec."""
    container = {
        "name": "web",
        "image": f"registry.example/web@sha256:{'a' * 64}",
        "resources": {
            "requests": {"cpu": cpu, "memory": "128Mi"},
            "limits": {"memory": "128Mi"},
        },
    }
    spec: Manifest = {"containers": [container], "nodeSelector": {"kubernetes.io/os": "linux"}}
    for change in changes:
        change(spec)
    labels = {"app.kubernetes.io/name": "web"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "strategy": {"rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0}},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def running(manifest: Manifest, *, available: int | None = None) -> Manifest:
    """Return a workload as it runs, once its update is complete."""
    number = manifest["spec"].get("replicas", 1)
    status = {
        "observedGeneration": 3,
        "replicas": number,
        "updatedReplicas": number,
        "availableReplicas": number if available is None else available,
    }
    metadata = {**manifest["metadata"], "generation": 3}
    return {**manifest, "metadata": metadata, "status": status}


def stateful_set(*changes: Change, storage_class: str | None = None) -> Manifest:
    """Return the StatefulSet `web` of the namespace shop, with a volume for each of two pods."""
    manifest = deployment(*changes)
    claim: Manifest = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    }
    if storage_class is not None:
        claim["storageClassName"] = storage_class
    manifest["kind"] = "StatefulSet"
    del manifest["spec"]["strategy"]
    template = {"metadata": {"name": "storage-0"}, "spec": claim}
    manifest["spec"] |= {"serviceName": "web-pods", "volumeClaimTemplates": [template]}
    return manifest


def job(name: str, *changes: Change) -> Manifest:
    """Return a Job of the application `web`."""
    manifest = deployment(*changes)
    template = manifest["spec"]["template"]
    metadata = {**manifest["metadata"], "name": name}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {"template": template},
    }


def cron_job(name: str, *changes: Change) -> Manifest:
    """Return a CronJob of the application `web`."""
    once = job(name, *changes)
    spec = {"schedule": "0 3 * * *", "jobTemplate": {"spec": once["spec"]}}
    return {**once, "kind": "CronJob", "spec": spec}


def with_env(*variables: Manifest) -> Change:
    """Return the change that adds variables to the container."""

    def change(spec: Manifest) -> None:
        spec["containers"][0]["env"] = list(variables)

    return change


def from_secret(variable: str, name: str, key: str, **more: Any) -> Manifest:
    """Return a variable that has its value from a Secret."""
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": name, "key": key, **more}}}


def from_config_map(variable: str, name: str, key: str, **more: Any) -> Manifest:
    """Return a variable that has its value from a ConfigMap."""
    return {"name": variable, "valueFrom": {"configMapKeyRef": {"name": name, "key": key, **more}}}


def node(name: str = "worker", *, taint: str = "", **labels: str) -> Manifest:
    """Return a node of linux/amd64 with 2 cores and 4Gi; `taint` is `key=value:effect`."""
    own = {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", **labels}
    pair, _, effect = taint.partition(":")
    key, _, value = pair.partition("=")
    taints = [{"key": key, "value": value, "effect": effect}] if taint else []
    return {
        "metadata": {"name": name, "labels": own},
        "spec": {"taints": taints},
        "status": {
            "allocatable": {"cpu": "2", "memory": "4Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": "True"}],
            "nodeInfo": {"operatingSystem": "linux", "architecture": "amd64"},
        },
    }
