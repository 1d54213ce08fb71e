"""What Kubernetes' own schemas say about manifests: as strict as the API server about fields."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import kubernetes_validate
import pulumi
from pulumi.runtime import rpc

# The key that marks a secret among a resource's properties; the SDK has no other name for it.
_SECRET = rpc._special_sig_key  # noqa: SLF001
VERSION = "1.35"
_ELSEWHERE = ("gateway.networking.k8s.io",)
"""Groups of custom resources, for which there are no schemas."""


def require_accepted(manifests: Iterable[Mapping[str, Any]]) -> None:
    """Raise kubernetes_validate.ValidationError for a manifest with a wrong or unknown field.

    Outputs and unknown values stand for a text.
    """
    for manifest in manifests:
        if manifest["apiVersion"].partition("/")[0] not in _ELSEWHERE:
            kubernetes_validate.validate(_plain(manifest), VERSION, strict=True)


def _plain(value: Any, key: str = "") -> Any:
    if isinstance(value, pulumi.Output):
        return 1 if key in ("runAsUser", "runAsGroup", "fsGroup") else "later"
    if isinstance(value, Mapping) and _SECRET in value:
        return _plain(cast("Any", value)["value"])
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {name: _plain(one, name) for name, one in items if one is not None}
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[Any]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # Pulumi's numbers are all floats
    return value
