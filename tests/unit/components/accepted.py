"""Validation of manifests by Kubernetes' own schemas: as strict as the API server about fields."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

import jsonschema_rs
import pulumi
from pulumi.runtime import rpc

# The key that marks a secret among a resource's properties; the SDK has no other name for it.
_SECRET = rpc._special_sig_key  # noqa: SLF001
_SCHEMAS = files("kubernetes_validate") / "kubernetes-json-schema" / "v1.35.0-local-strict"
"""The published OpenAPI schemas of a Kubernetes version, unknown fields refused."""
_DEFINITIONS = "_definitions.json"
_ELSEWHERE = ("gateway.networking.k8s.io",)
"""Groups of custom resources, for which there are no schemas."""


def require_accepted(manifests: Iterable[Mapping[str, Any]]) -> None:
    """Raise jsonschema_rs.ValidationError for a manifest with a wrong or unknown field.

    Outputs and unknown values stand for a text.
    """
    for manifest in manifests:
        group, _, version = manifest["apiVersion"].rpartition("/")
        if group not in _ELSEWHERE:
            _validator(manifest["kind"], group, version).validate(plain(manifest))


@cache
def _validator(kind: str, group: str, version: str) -> jsonschema_rs.Draft202012Validator:
    parts = [kind.lower(), *([group.partition(".")[0]] if group else []), version]
    schema = json.loads((_SCHEMAS / f"{'-'.join(parts)}.json").read_text())
    return jsonschema_rs.Draft202012Validator(schema, registry=_definitions())


@cache
def _definitions() -> jsonschema_rs.Registry:
    definitions = json.loads((_SCHEMAS / _DEFINITIONS).read_text())
    return jsonschema_rs.Registry([(definitions["$id"], definitions)])


def plain(value: Any, key: str = "") -> Any:
    """Return a manifest as the API gets it; outputs stand for a text or a user's number."""
    if isinstance(value, pulumi.Output):
        return 1 if key in ("runAsUser", "runAsGroup", "fsGroup") else "later"
    if isinstance(value, Mapping) and _SECRET in value:
        return plain(cast("Any", value)["value"])
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {name: plain(inner, name) for name, inner in items if inner is not None}
    if isinstance(value, list):
        return [plain(inner) for inner in cast("list[Any]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # Pulumi's numbers are all floats
    return value
