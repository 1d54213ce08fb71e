"""Write `schemas.json.gz`: the schemas of Kubernetes' stable objects, for all supported versions.

The published OpenAPI definitions (Apache-2.0, The Kubernetes Authors) come from the package
kubernetes-validate, without their texts, and with the rules of `tightening`. Definitions that are
the same in several versions are kept once.
"""

import gzip
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any, cast

from ..k8s.versions import NEWEST, OLDEST
from .store import PATH, Content, Schema, minor_version
from .tightening import DEFINITIONS, FIELDS, RANGES

_OPTIONS = ("DeleteOptions", "Eviction", "Binding", "Scale", "TokenRequest", "Status")
"""Kinds that are requests and not objects."""
_ANYTHING = ("status", "managedFields")
"""Properties that clusters write and programs do not."""
_KEPT = ("$ref", "additionalProperties", "enum", "format", "items", "oneOf", "required", "type")
_GENERATION = "x-kubernetes-group-version-kind"


def content() -> Content:
    """Return what the file holds."""
    definitions: dict[str, list[tuple[list[str], Schema]]] = {}
    kinds: dict[str, dict[str, str | None]] = {}
    for minor in range(OLDEST[1], NEWEST[1] + 1):
        version = minor_version((OLDEST[0], minor))
        published = _published(version)
        kinds[version] = _kinds(published)
        for name in sorted(_reachable(published, _stable(kinds[version]))):
            schema = _tightened(name, _plain(published[name]))
            known = definitions.setdefault(_short(name), [])
            if known and known[-1][1] == schema:
                known[-1][0].append(version)
            else:
                known.append(([version], schema))
    return {"definitions": definitions, "kinds": kinds}


def packed() -> bytes:
    """Return the content of the file, the same at every run."""
    text = json.dumps(content(), separators=(",", ":"), sort_keys=True)
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def _published(version: str) -> dict[str, Schema]:
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local-strict"
    return json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))["$defs"]


def _kinds(published: dict[str, Schema]) -> dict[str, str | None]:
    """Return the definition of each stable kind, by `apiVersion/kind`; None for one in testing."""
    found: dict[str, str | None] = {}
    for name, schema in published.items():
        for each in schema.get(_GENERATION, ()):
            group, version, kind = each["group"], each["version"], each["kind"]
            is_object = "metadata" in schema.get("properties", {}) and not kind.endswith("List")
            if is_object and kind not in _OPTIONS:
                is_stable = "alpha" not in version and "beta" not in version
                key = "/".join(filter(None, (group, version, kind)))
                found[key] = name if is_stable else None
    return {key: name and _short(name) for key, name in sorted(found.items())}


def _stable(kinds: dict[str, str | None]) -> list[str]:
    return [definition for definition in kinds.values() if definition]


def _reachable(published: dict[str, Schema], roots: Iterable[str]) -> set[str]:
    full = {_short(name): name for name in published}
    found, waiting = set[str](), [full[root] for root in roots]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            references = _references(_plain(published[name]))
            waiting += [full[reference] for reference in references]
    return found


def _references(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        fields = cast("Schema", schema)
        reference: Any = fields.get("$ref")
        own = {reference.rpartition("/")[2]} if isinstance(reference, str) else set[str]()
        return own.union(*map(_references, fields.values()))
    parts = cast("list[Any]", schema) if isinstance(schema, list) else []
    return set[str]().union(*map(_references, parts))


def _plain(schema: Schema) -> Schema:
    """Return a schema without texts, and without null: the API takes it for absence."""
    plain = {key: _part(key, value) for key, value in schema.items() if key in _KEPT}
    plain |= RANGES.get(schema.get("format", ""), {})
    if properties := schema.get("properties"):
        plain["properties"] = {
            name: True if name in _ANYTHING else _plain(inner)
            for name, inner in sorted(properties.items())
        }
    return plain


def _part(key: str, value: Any) -> Any:
    if key == "$ref":
        return f"#/$defs/{_short(value.rpartition('/')[2])}"
    if key == "type" and isinstance(value, list):
        (only,) = [each for each in cast("list[str]", value) if each != "null"]
        return only
    if key in ("items", "additionalProperties") and isinstance(value, dict):
        return _plain(cast("Schema", value))
    return [_plain(each) for each in value] if key == "oneOf" else value


def _tightened(name: str, schema: Schema) -> Schema:
    short = _short(name)
    if short in DEFINITIONS:
        return DEFINITIONS[short]
    for field, rule in FIELDS.get(short, {}).items():
        properties = schema["properties"]
        if field in properties:
            properties[field] = _both(properties[field], rule)
    return schema


def _both(published: Schema, rule: Schema) -> Schema:
    if "$ref" in published:
        return rule if "anyOf" in rule else {"allOf": [published, rule]}
    items = rule.get("items")
    if items and published.get("items"):
        rule = {**rule, "items": {**published["items"], **items}}
    return {**published, **rule}


def _short(name: str) -> str:
    """Return the end of a definition's name, such as `core.v1.Pod`, which is unique."""
    for start in ("io.k8s.api.", "io.k8s.apimachinery.pkg.apis.", "io.k8s.apimachinery.pkg.util."):
        name = name.removeprefix(start)
    for start in ("io.k8s.apiextensions-apiserver.pkg.apis.", "io.k8s.kube-aggregator.pkg.apis."):
        name = name.removeprefix(start)
    return name.removeprefix("io.k8s.apimachinery.pkg.")


if __name__ == "__main__":
    PATH.write_bytes(packed())
