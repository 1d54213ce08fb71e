"""The last word of a program on its manifests."""

from collections.abc import Callable
from typing import Any, cast

from ..names import LABEL
from .manifests import Manifest

Adjust = Callable[[Manifest], Manifest | None]
"""Gets a manifest, and changes it or returns another one."""

_ANNOTATION = f"{LABEL}/adjusted-by"


def adjusted(manifest: Manifest, adjust: Adjust | None) -> Manifest:
    """The manifest as `adjust` wants it; one that it changed names it in an annotation."""
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
    """A copy of plain data; an output in it stays the same output."""
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_copied(one) for one in cast("list[Any]", value)]
    return value
