"""Writing a version of a workload into the cluster, as Pulumi's update will find it."""

from copy import deepcopy
from typing import Any

from ...k8s.api import Api, ApiError
from ...names import LABEL
from ..by_hand import Change
from ..immutable import changed_in_place
from ..manifests import Manifest

MANAGER = "pulumi.com/patchFieldManager"
"""Annotation with the field manager under which Pulumi applies the object."""

UNFINISHED = f"{LABEL}/unfinished-rollout"
"""Annotation of a workload from the first write of a version until it serves.

Pulumi's update, or the return, applies the object without it. Where a run was killed in between,
`make up` knows by it that the cluster may have another version than the state.
"""

_INVALID = 422


class Writer:
    """Applies versions of one workload."""

    def __init__(self, api: Api, kubeconfig: str) -> None:
        self._api = api
        self._kubeconfig = kubeconfig

    def start(self, manifest: Manifest, live: Manifest | None) -> None:
        """Apply a new version over the live one, marked.  Raises ApiError and CommandError."""
        metadata = manifest["metadata"]
        annotations = {**metadata["annotations"], UNFINISHED: "true"}
        self.write({**manifest, "metadata": {**metadata, "annotations": annotations}}, live)

    def write(self, manifest: Manifest, live: Manifest | None) -> None:
        """Apply a version over the live one.  Raises ApiError and CommandError."""
        manager = manifest["metadata"]["annotations"][MANAGER]
        version = fitting(manifest, live)
        try:
            self._api.apply(version, manager)
        except ApiError as error:
            # A field of another manager may exclude one of the new version: an `env` entry's value.
            if error.status != _INVALID or live is None:
                raise
            if not Change(live, manifest, self._kubeconfig).take_back(error.message):
                raise
            self._api.apply(version, manager)


def fitting(manifest: Manifest, live: Manifest | None) -> Manifest:
    """Return a version as it can be applied over the live object.

    Immutable fields are those that it has; `in_place_hook` changed them before. A rollout that was
    paused by hand goes on.
    """
    if live is None:
        return manifest
    version = deepcopy(manifest)
    spec: dict[str, Any] = version["spec"]
    for path in changed_in_place(manifest["kind"]):
        field = path.removeprefix("spec.")
        if field in live["spec"]:
            spec[field] = live["spec"][field]
    if live["spec"].get("paused") and "paused" not in spec:
        spec["paused"] = False
    return version
