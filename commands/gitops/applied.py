"""Objects of a folder that the cluster lacks, or has in another version.

A field that the new version no longer has shows in the record of who applied the object: in
managedFields of a server-side apply, or in the annotation of a client-side one.
https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from commands.drift.declared import Declared, Manifest, Place
from commands.drift.findings import Finding, Kind, findings

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

_Tree = Mapping[str, Any]
"""A set of fields in the form FieldsV1: `{"f:spec": {"f:replicas": {}}}`."""


def unapplied(objects: Sequence[Declared], live: Mapping[Place, Manifest]) -> list[Finding]:
    """Return the objects that are missing, or another version than the one that is written."""
    found = findings(objects, live)
    places = {each.declared.place for each in found}
    found += [
        Finding(Kind.CHANGED, each, live[each.place])
        for each in objects
        if each.place not in places and has_more(each.manifest, live[each.place])
    ]
    return found


def has_more(declared: Manifest, live: Manifest) -> bool:
    """Return whether who applied an object applied fields that are not declared.

    Labels and annotations are left out: controllers add their own.
    """
    if declared["kind"] == "Namespace":
        return False  # all that it has are labels; what Flux sends beside them is empty
    annotations: Mapping[str, str] = live["metadata"].get("annotations") or {}
    if last := annotations.get(_LAST_APPLIED):
        sent: Manifest = json.loads(last)
        return _exceeds(_content(sent), _content(declared))
    entries: list[Mapping[str, Any]] = live["metadata"].get("managedFields") or []
    trees: list[_Tree] = [
        {key: inner for key, inner in each["fieldsV1"].items() if key != "f:metadata"}
        for each in entries
        if each.get("operation") == "Apply" and each.get("subresource") != "status"
    ]
    if not trees:
        return False
    # Who applied most of what is declared; others may have applied a field of their own.
    applied = max(trees, key=lambda tree: sum(_fields(tree, declared, live)))
    return not all(_fields(applied, declared, live))


def _content(manifest: Manifest) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in ("metadata", "status")}


def _exceeds(sent: Any, declared: Any) -> bool:
    """Return whether a value has a field or an item that another one lacks."""
    if isinstance(sent, dict):
        if not isinstance(declared, dict):
            return True
        fields, others = cast("Manifest", sent), cast("Manifest", declared)
        return any(key not in others or _exceeds(fields[key], others[key]) for key in fields)
    if isinstance(sent, list):
        items = cast("list[Any]", sent)
        if not isinstance(declared, list):
            return True
        wanted = cast("list[Any]", declared)
        return len(items) > len(wanted) or any(map(_exceeds, items, wanted))
    return False


def _fields(tree: _Tree, declared: Any, live: Any) -> Iterator[bool]:
    """Yield for each field of a set whether it is declared, or empty.

    Controllers whose objects have types also send fields that are not written, empty ones, such
    as the `spec` of a namespace and the `creationTimestamp` of a template.
    """
    for key, inner in tree.items():
        if key == ".":
            continue
        found, value = _step(key, declared)
        _, there = _step(key, live)
        if found and inner:
            yield from _fields(inner, value, there)
        else:
            yield found or not there


def _step(key: str, declared: Any) -> tuple[bool, Any]:
    """Return whether one step of a path leads to something, and what is there."""
    kind, _, text = key.partition(":")
    if kind == "f":
        fields: Manifest = cast("Manifest", declared) if isinstance(declared, dict) else {}
        return text in fields, fields.get(text)
    items = cast("list[Any]", declared) if isinstance(declared, list) else []
    wanted: Any = json.loads(text)
    if kind == "v":
        return wanted in items, wanted
    # Keys with a default, as `protocol`, need not be declared.
    entries = [cast("Manifest", each) for each in items if isinstance(each, dict)]
    fits = (each for each in entries if all(each.get(k, v) == v for k, v in wanted.items()))
    entry = next(fits, None)
    return entry is not None, entry
