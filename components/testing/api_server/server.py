"""An API server to which the objects of a program are applied."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ...checks.finding import title
from ...k8s.api import Api, ApiError
from ...k8s.objects import Manifest
from ..deployment import Deployment
from ..errors import DeploymentError
from .control_plane import ControlPlane
from .kinds import Kinds
from .pods import pods_of

_MANAGER = "slipway-testing"
_MISSING, _CONFLICT = 404, 409
_REMOVAL_SECONDS = 10.0
_PAUSE_SECONDS = 0.02
_IDENTITY = ("name", "namespace")
_FIRST = ("Namespace", "CustomResourceDefinition", "PriorityClass", "ResourceQuota", "LimitRange")
"""Kinds that are applied before all others, in this order."""


@dataclass(frozen=True)
class Refusal:
    """Refusal of an object, in the words of the API server."""

    object: str
    """Kind, namespace and name: `Deployment shop/web`."""

    message: str
    """The words of the API server."""

    status: int
    """HTTP status, e.g. 422 for an invalid object, 403 for one that admission refuses."""

    def __str__(self) -> str:
        return f"{self.object}: {self.message}"


class RefusedObjects(DeploymentError):
    """Objects that the API server refused; the others were applied."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = list(refusals)
        lines = "\n".join(f"  {each}" for each in refusals)
        super().__init__(f"the API server refuses {len(refusals)} objects:\n{lines}")


class ApiServer:
    """kube-apiserver and etcd of this machine, without nodes: objects are validated, not run.

    The plugin for pytest has it as the fixture `api_server`, with nothing in it for each test.
    Elsewhere it is a context manager. Raises ProgramsMissing and ControlPlaneFailed. What
    controllers would do is left out, except for the `default` service account of each namespace,
    the usage of quotas, and the pods of workloads.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Start it with the programs in `folder`; see `programs.find`."""
        self._plane = ControlPlane(folder)
        self._made: list[str] = []
        self._changed: dict[str, Manifest] = {}
        self._kinds = Kinds(self.api)
        self._add_service_account("default")

    @property
    def api(self) -> Api:
        """Requests by paths, as an administrator."""
        return self._plane.api

    @property
    def kubeconfig(self) -> str:
        """A kubeconfig of an administrator, as JSON: for kubectl, or a provider of Pulumi."""
        return self._plane.kubeconfig

    @property
    def seconds(self) -> float:
        """Seconds that the start took."""
        return self._plane.seconds

    @property
    def processes(self) -> tuple[int, ...]:
        """Process ids of etcd and kube-apiserver."""
        return self._plane.processes

    def apply(
        self, what: Deployment | Iterable[Mapping[str, Any]], *, pods: bool = True
    ) -> list[Manifest]:
        """Apply all objects server-side, and return them with the defaults of the cluster.

        Unknown fields are refused. With `pods`, the pods of each workload are created too, at most
        100, so that quotas, limits and Pod Security apply to them; they are removed at once.
        Raises RefusedObjects, with everything that is refused, and ValueError for a preview.
        """
        found, refusals = self._apply(what, pods=pods)
        if refusals:
            raise RefusedObjects(refusals)
        return found

    def refusals(
        self, what: Deployment | Iterable[Mapping[str, Any]], *, pods: bool = True
    ) -> list[Refusal]:
        """Return what `apply` would raise, in the order in which objects were applied."""
        return self._apply(what, pods=pods)[1]

    def create_namespace(self, name: str) -> None:
        """Create a namespace that the program takes for given."""
        self.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}])

    def clear(self) -> None:
        """Remove everything that was applied, and what was applied to objects of the server."""
        while self._made:
            self._remove(self._made.pop())
        while self._changed:
            path, identity = self._changed.popitem()
            self.api.apply(identity, _MANAGER, path=path)
        self._kinds = Kinds(self.api)  # without those of definitions that are gone

    def end(self) -> None:
        """End the processes, and remove their data."""
        self._plane.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def _apply(
        self, what: Deployment | Iterable[Mapping[str, Any]], *, pods: bool
    ) -> tuple[list[Manifest], list[Refusal]]:
        if isinstance(what, Deployment) and what.is_preview:
            raise ValueError("a preview has unknown values; deploy without preview=True")
        objects = what.objects if isinstance(what, Deployment) else [dict(each) for each in what]
        found: list[Manifest] = []
        refusals: list[Refusal] = []
        for manifest in sorted(objects, key=_order):
            try:
                found.append(self._apply_one(manifest))
            except ApiError as error:
                refusals.append(Refusal(title(manifest), error.message, error.status))
        if pods:
            refusals += self._try_pods(found)
        return found, refusals

    def _apply_one(self, manifest: Manifest) -> Manifest:
        path = self._kinds.path(manifest)
        is_there = path in self._made or self.api.find(path) is not None
        applied = self.api.apply(manifest, _MANAGER, path=path, strict=True)
        if not is_there:
            self._made.append(path)
        elif path not in self._made:
            # Without a field, the apply takes back what the manager had set.
            identity = {
                key: applied["metadata"][key] for key in _IDENTITY if key in applied["metadata"]
            }
            self._changed[path] = {
                "apiVersion": manifest["apiVersion"],
                "kind": manifest["kind"],
                "metadata": identity,
            }
        kind = manifest["kind"]
        if kind == "CustomResourceDefinition":
            self._kinds.wait_for(manifest)
        elif kind == "Namespace":
            self._add_service_account(manifest["metadata"]["name"])
        elif kind == "ResourceQuota":
            self._begin_quota(path, applied)
        return applied

    def _add_service_account(self, namespace: str) -> None:
        """Do what a controller does in each new namespace."""
        account = {"name": "default", "namespace": namespace}
        manifest = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account}
        path = self._kinds.path(manifest)
        self.api.apply(manifest, "controller", path=path)
        if namespace != "default" and path not in self._made:
            self._made.append(path)

    def _begin_quota(self, path: str, quota: Manifest) -> None:
        """Do what a controller does with a new quota, or one whose limits changed."""
        hard: dict[str, Any] = quota["spec"].get("hard") or {}
        used = {**dict.fromkeys(hard, "0"), **quota.get("status", {}).get("used", {})}
        self._set_usage(path, {"hard": hard, "used": {key: used[key] for key in hard}})

    def _set_usage(self, path: str, status: Mapping[str, Any]) -> None:
        self.api.replace(f"{path}/status", {**self.api.get(path), "status": status})

    def _try_pods(self, applied: Sequence[Manifest]) -> list[Refusal]:
        """Create the pods of all workloads, remove them, and return what was refused."""
        quotas = [path for path in self._made if "/resourcequotas/" in path]
        before = {path: self.api.get(path)["status"] for path in quotas}
        made: list[str] = []
        refusals: list[Refusal] = []
        for workload in applied:
            what = title(workload)
            try:
                for number, pod in enumerate(pods_of(workload), start=1):
                    what = f"{title(workload)}: its pod {number}"
                    folder = self._kinds.collection(pod)
                    made.append(f"{folder}/{self.api.create(folder, pod)['metadata']['name']}")
            except ApiError as error:
                refusals.append(Refusal(what, error.message, error.status))
        for path in made:
            self.api.delete(path, {"gracePeriodSeconds": 0})
        for path, status in before.items():
            self._set_usage(path, status)
        return refusals

    def _remove(self, path: str) -> None:
        """Delete an object, with what controllers would do before it goes.

        Raises ApiError when it is still there after 10 s.
        """
        self.api.delete(path, {"gracePeriodSeconds": 0, "propagationPolicy": "Background"})
        until = time.monotonic() + _REMOVAL_SECONDS
        while (left := self.api.find(path)) is not None:
            if time.monotonic() > until:
                raise ApiError(_CONFLICT, "Conflict", f"{path} is still there")
            try:
                self._finish(path, left)
            except ApiError as error:
                # The API server itself may write it, or have removed it meanwhile.
                if error.status not in (_MISSING, _CONFLICT):
                    raise
            time.sleep(_PAUSE_SECONDS)

    def _finish(self, path: str, left: Manifest) -> None:
        if left["kind"] == "Namespace":
            self.api.replace(f"{path}/finalize", {**left, "spec": {"finalizers": []}})
        elif left["metadata"].get("finalizers"):
            self.api.replace(path, {**left, "metadata": {**left["metadata"], "finalizers": []}})


def _order(manifest: Manifest) -> int:
    kind = manifest.get("kind")
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)
