"""The schema tier: fields that do not exist, wrong types, amounts and syntax of single fields."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast

import jsonschema_rs

from .finding import Manifest, Path, Problem, Unknown, holds_unknown
from .store import kinds, properties, validator

_BUILT_IN = ("", "apps", "autoscaling", "batch", "extensions", "policy")


def schema_problems(manifest: Manifest, version: str) -> Iterator[Problem]:
    """Yield what the schema of the object's kind refuses; nothing for custom resources."""
    known = kinds(version)
    key = f"{manifest.get('apiVersion')}/{manifest.get('kind')}"
    if key not in known:
        yield from _unknown_kind(manifest, key, known, version)
        return
    definition = known[key]
    if definition is None:
        return  # a kind in testing, which changes with every version
    check = validator(version, definition)
    plain = _plain(manifest) if holds_unknown(manifest) else manifest
    if not check.is_valid(plain):
        for error in check.iter_errors(plain):
            for problem in _problems(error, version):
                if not _is_unknown(manifest, problem.path):
                    yield problem


def _unknown_kind(
    manifest: Manifest, key: str, known: Mapping[str, str | None], version: str
) -> Iterator[Problem]:
    group = key.split("/")[0] if key.count("/") > 1 else ""
    is_served = any(name.startswith(f"{group}/") for name in known)
    if group not in _BUILT_IN and not is_served:
        return  # custom resources, such as those of gateway.networking.k8s.io
    kind = str(manifest.get("kind"))
    others = [name for name in known if name.rpartition("/")[2] == kind]
    path = "apiVersion" if others else "kind"
    others = others or get_close_matches(key, known, n=1)
    reason = f"Kubernetes {version} has no {kind} in {manifest.get('apiVersion')}"
    yield Problem((path,), manifest.get(path), reason, others[0] if others else "")


def _plain(value: Any) -> Any:
    """Return a value in which texts stand for what is unknown."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {key: _plain(inner) for key, inner in items}
    if isinstance(value, list):
        return [_plain(inner) for inner in cast("list[Any]", value)]
    return str(value) if isinstance(value, Unknown) else value


def _is_unknown(value: Any, path: Path) -> bool:
    for step in path:
        if isinstance(value, Mapping):
            value = cast("Mapping[Any, Any]", value).get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = cast("list[Any]", value)[step]
        else:
            break
    return isinstance(value, Unknown)


def _problems(error: jsonschema_rs.ValidationError, version: str) -> Iterator[Problem]:
    rule: str = error.kind.name
    allowed: Any = error.kind.value
    path: Path = tuple(error.instance_path)
    value: Any = error.instance
    if rule == "additionalProperties":
        known = properties(version, str(error.schema_path[1]))
        for name in allowed:
            near = "".join(get_close_matches(str(name), known, n=1, cutoff=0.5))
            yield Problem((*path, name), value[name], "there is no such field", near)
    elif rule == "required":
        yield Problem((*path, allowed), None, "is required")
    elif rule == "propertyNames":
        reason = f"has a key that is not accepted: {allowed.instance!r} {_reason(allowed.kind)}"
        yield Problem(path, None, reason)
    else:
        yield Problem(path, value, _reason(error.kind), _example(path, rule, allowed))


_REASONS = {
    "maxLength": "must have {} characters or fewer",
    "maximum": "must be {} or less",
    "minItems": "must have {} items or more",
    "minLength": "must not be empty",
    "minimum": "must be {} or more",
    "pattern": "must have the form {}",
}


def _reason(kind: jsonschema_rs.ValidationErrorKind) -> str:
    rule, value = kind.name, kind.value
    if rule in ("anyOf", "oneOf"):
        errors = [inner for branch in value for inner in branch]
        return ", or ".join(dict.fromkeys(_reason(inner.kind) for inner in errors))
    if rule in ("enum", "type"):
        noun = "one of" if rule == "enum" else "of the type"
        return f"must be {noun} {', '.join(str(each) for each in value if each)}"
    return _REASONS.get(rule, "breaks the schema's rule " + rule).format(value)


_EXAMPLES = {
    "cpu": "100m",
    "ephemeral-storage": "64Mi",
    "image": "registry.example/web:1",
    "maxSurge": "25%",
    "maxUnavailable": "25%",
    "memory": "128Mi",
    "minAvailable": "50%",
    "mountPath": "/data",
    "name": "web",
    "namespace": "shop",
    "port": "http",
    "sizeLimit": "64Mi",
    "storage": "1Gi",
    "targetPort": "http",
}


def _example(path: Path, rule: str, allowed: Any) -> str:
    if rule == "enum":
        return next((str(each) for each in allowed if each), "")
    if rule in ("minimum", "maximum"):
        return str(allowed)
    return _EXAMPLES.get(str(path[-1]) if path else "", "")
