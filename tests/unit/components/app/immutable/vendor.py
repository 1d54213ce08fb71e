"""The rules by which the vendor's provider 4.25.0 replaces an object."""

from collections.abc import Iterable, Mapping
from typing import Any

Manifest = Mapping[str, Any]

_ANY = ("metadata.name", "metadata.namespace")
_REPLACED: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "StatefulSet": (
        "spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.selector",
        "spec.serviceName", "spec.volumeClaimTemplates",
    ),
    "Service": ("spec.clusterIP",),
    "Secret": ("type",),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "ResourceQuota": ("spec.scopes",),
    "PersistentVolumeClaim": (
        "spec", "spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName",
    ),
}  # fmt: skip
_CONTENT = {"ConfigMap": ("binaryData", "data"), "Secret": ("data", "stringData", "type")}


def replaced(before: Manifest, after: Manifest, ignored: Iterable[str] = ()) -> list[str]:
    """Return the fields for which the provider replaces the object, but for ignored ones."""
    kind = after["kind"]
    paths = [*_ANY, *_REPLACED.get(kind, ())]
    if after.get("immutable"):
        paths += _CONTENT.get(kind, ())
    return [
        path for path in paths if path not in ignored and _get(before, path) != _get(after, path)
    ]


def _get(manifest: Any, path: str) -> Any:
    for key in path.split("."):
        manifest = manifest.get(key) if isinstance(manifest, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return manifest  # pyright: ignore[reportUnknownVariableType]
