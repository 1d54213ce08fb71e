"""Changes that a program makes to the manifests of an application, after they are complete."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from ..names import LABEL
from .manifests import Manifest, Part

Adjust = Callable[[Manifest], Manifest | None]
"""Gets a manifest, and changes it or returns another one."""

_ANNOTATION = f"{LABEL}/adjusted-by"


def adjusted_parts(parts: Sequence[Part], adjust: Adjust | None) -> list[Part]:
    """Return the parts of an application with the manifests that `adjust` makes of theirs."""
    return [replace(part, manifest=adjusted(part.manifest, adjust)) for part in parts]


def adjusted(manifest: Manifest, adjust: Adjust | None) -> Manifest:
    """Return the manifest that `adjust` makes; an annotation of a changed one names `adjust`."""
    if adjust is None:
        return manifest
    copy: Manifest = _copied(manifest)
    changed = adjust(copy) or copy
    if changed == manifest:
        return manifest
    metadata = changed["metadata"]
    who = f"{adjust.__module__}.{getattr(adjust, '__qualname__', type(adjust).__qualname__)}"
    annotations = {**metadata.get("annotations", {}), _ANNOTATION: who}
    return {**changed, "metadata": {**metadata, "annotations": annotations}}


def _copied(value: Any) -> Any:
    """Return a copy of plain data; an output in it stays the same output."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in cast("list[Any]", value)]
    return value
