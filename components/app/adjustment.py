"""Changes that a program makes to the manifests of an application, after they are complete."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from ..names import LABEL
from .hashes import short_hash
from .manifests import Manifest, Part

Adjust = Callable[[Manifest], Manifest | None]
"""Gets a manifest, and changes it or returns another one."""

_ANNOTATION = f"{LABEL}/adjusted-by"


def adjusted_parts(parts: Sequence[Part], adjust: Adjust | None) -> list[Part]:
    """Return the parts of an application with the manifests that `adjust` makes of theirs."""
    made = [_named_by_content(replace(p, manifest=adjusted(p.manifest, adjust))) for p in parts]
    keys = {before.key: after.key for before, after in zip(parts, made, strict=True)}
    return [replace(p, after=tuple(keys.get(key, key) for key in p.after)) for p in made]


def _named_by_content(part: Part) -> Part:
    """Return the part with the hash of its adjusted spec; with that of the settings' if outputs
    are in it, which are not known yet.

    Also where `adjust` gave another name: under one name, deleting the previous object would
    delete the new one.
    """
    if not part.digest:
        return part
    try:
        digest = short_hash(part.manifest["spec"])
    except TypeError:
        digest = part.digest
    metadata = part.manifest["metadata"]
    names = (metadata["name"], part.key)
    name, key = (f"{each.removesuffix(f'-{part.digest}')}-{digest}" for each in names)
    manifest = {**part.manifest, "metadata": {**metadata, "name": name}}
    return replace(part, key=key, manifest=manifest, digest=digest)


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
