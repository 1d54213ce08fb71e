"""Claims on objects in a cluster that others use too."""

from collections.abc import Sequence

import pulumi

from ..names import Names
from .manifests import Manifest
from .ownership import Entry, Ownership


def claimed(
    name: str,
    objects: Sequence[Manifest],
    names: Names,
    *,
    kubeconfig: pulumi.Input[str],
    uid: pulumi.Input[str],
    parent: pulumi.Resource,
) -> Ownership:
    """What has to stand before `objects` are made in the cluster of this kubeconfig and UID."""
    return Ownership(
        f"{name}-ownership",
        objects=[_entry(manifest) for manifest in objects],
        owner=names.base,
        kubeconfig=kubeconfig,
        uid=uid,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _entry(manifest: Manifest) -> Entry:
    metadata = manifest["metadata"]
    place = {"namespace": metadata["namespace"]} if "namespace" in metadata else {}
    kind = {"apiVersion": manifest["apiVersion"], "kind": manifest["kind"]}
    return {**kind, "name": metadata["name"], **place}
