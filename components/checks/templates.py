"""Pod templates of objects."""

from collections.abc import Iterator, Mapping
from typing import Any

from .finding import Manifest, Path

_TEMPLATE: Mapping[str, Path] = {
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        ("spec", "template"),
    ),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "PodTemplate": ("template",),
    "Pod": (),
}


def template(manifest: Manifest) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the place and the content of the pod template; a Pod is its own."""
    path = _TEMPLATE.get(manifest.get("kind", ""))
    if path is None:
        return None
    value: Any = manifest
    for step in path:
        value = value.get(step) or {}
    return path, value


def containers(pod: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the containers of a pod's spec with their places."""
    for kind in ("initContainers", "containers"):
        for index, container in enumerate(pod.get(kind) or ()):
            yield (kind, index), container


def twice(names: list[Any]) -> Iterator[tuple[int, Any]]:
    """Yield each value that was there before, with its index."""
    for index, name in enumerate(names):
        if name is not None and name in names[:index]:
            yield index, name
