"""Fields of plain Kubernetes objects, which may be absent or null."""

from collections.abc import Mapping
from typing import Any

from ...k8s.objects import Manifest


def section(manifest: Mapping[str, Any], *path: str) -> Manifest:
    """Return the object at a path; an empty one where there is none."""
    current: Any = manifest
    for name in path:
        current = current.get(name) or {}
    return current


def entries(manifest: Mapping[str, Any], *path: str) -> list[Any]:
    """Return the list at a path; an empty one where there is none."""
    *above, last = path
    return section(manifest, *above).get(last) or []
