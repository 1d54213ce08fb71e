"""The immutable fields of manifests.

They are those for which the vendor's provider replaces an object, and what Kubernetes refuses to
change: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ and others.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from ...k8s.objects import Manifest
from ..hashes import named_by
from .volumes import VOLUMES, volumes

Fields = dict[str, Any]
"""Values of immutable fields by their paths, such as `spec.clusterIP`."""

_PLACE = ("metadata.name", "metadata.namespace")

_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec.selector",),
    "StatefulSet": (
        "spec.selector",
        "spec.serviceName",
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
    ),
    "Service": ("spec.clusterIP",),
    "Secret": ("type",),
}

_IN_PLACE: Mapping[str, tuple[str, ...]] = {
    "StatefulSet": (
        VOLUMES,
        "spec.serviceName",
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
    ),
    "Service": ("spec.clusterIP",),
}

_CONTENT = ("data", "binaryData", "stringData")
"""What an object that calls itself immutable keeps."""

_RUNS = ("Job",)
"""Kinds whose objects are runs: a changed one is another run, and nothing serves from it."""


def changed_in_place(kind: str) -> tuple[str, ...]:
    """Return the immutable fields of a kind that an update changes without deleting the object."""
    return _IN_PLACE.get(kind, ())


def immutable_fields(manifest: Manifest) -> Fields:
    """Return the immutable fields that a manifest has; none of a run."""
    kind = manifest["kind"]
    if kind in _RUNS:
        return {}
    found = {path: _get(manifest, path) for path in (*_PLACE, *_OF_KIND.get(kind, ()))}
    if kind == "StatefulSet":
        found[VOLUMES] = volumes(manifest)
    if manifest.get("immutable") is True:
        found |= {key: named_by("", manifest[key]) for key in _CONTENT if key in manifest}
    return {path: value for path, value in found.items() if value is not None}


def fingerprint(manifest: Manifest) -> pulumi.Input[str]:
    """Return a hash of what an update of this object changes in place; empty for other kinds."""
    kind = manifest["kind"]
    if kind not in _IN_PLACE:
        return ""
    fields = immutable_fields(manifest)
    return named_by("", {path: fields.get(path) for path in changed_in_place(kind)})


def _get(manifest: Manifest, path: str) -> Any:
    value: Any = manifest
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return value  # pyright: ignore[reportUnknownVariableType]
