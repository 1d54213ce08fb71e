"""Manifests as Kubernetes takes them, from the inputs that Pulumi hands to a hook."""

from typing import Any, cast

from ..manifests import Manifest


def plain(inputs: Any) -> Manifest:
    """Return inputs as a manifest: without a status, and with whole numbers as such.

    Pulumi hands every number on as one with a fraction, which Kubernetes refuses for whole ones.
    """
    return {key: value for key, value in _numbers(inputs).items() if key != "status"}


def _numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        known = cast("dict[str, Any]", value)
        return {key: _numbers(inner) for key, inner in known.items() if inner is not None}
    if isinstance(value, list):
        return [_numbers(inner) for inner in cast("list[Any]", value)]
    return value
