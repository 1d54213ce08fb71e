"""Plain Kubernetes manifests as Pulumi resources."""

from collections.abc import Mapping
from typing import Any

import pulumi

Manifest = dict[str, Any]
"""A Kubernetes object as plain values, as in YAML."""


def applied_by(manager: str) -> dict[str, str]:
    """Return the annotations of an object that the provider applies under a field manager.

    Forced, as a field that was changed by hand would otherwise fail every later update with a
    conflict. Fields that the manifest does not declare stay. Objects of other owners are refused
    before (`Ownership`).
    """
    return {"pulumi.com/patchFieldManager": manager, "pulumi.com/patchForce": "true"}


class KubernetesObject(pulumi.CustomResource):
    """A Kubernetes object, registered from the manifest that `render` would write.

    It has the type token of the vendor's typed class (`kubernetes:apps/v1:Deployment`), so the
    provider treats it the same and a state can move between the two. The typed classes
    themselves take 0.7 s to import and would describe the manifest a second time.
    """

    status: pulumi.Output[dict[str, Any] | None]
    """Status of the object, as the provider last read it."""

    def __init__(
        self,
        name: str,
        manifest: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        group_version = str(manifest["apiVersion"])
        module = group_version if "/" in group_version else f"core/{group_version}"
        token = f"kubernetes:{module}:{manifest['kind']}"
        super().__init__(token, name, {**manifest, "status": None}, opts)
