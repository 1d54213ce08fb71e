"""A hook that changes immutable fields of an object before Pulumi updates the rest of it.

Pulumi ignores changes of these fields, which would replace the object; an annotation with their
hash makes the change an update, and the provider then sends what the cluster has.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from ...k8s.objects import Manifest
from ...machine.runner import Runner
from ...names import LABEL
from ..hooks import Workload, before_update
from .fields import changed_in_place, fingerprint
from .service_address import change_address
from .stateful_set import recreate

IN_PLACE = f"{LABEL}/changed-in-place"
"""Annotation with a hash of the immutable fields that are changed in place."""

_WAYS = {"Service": change_address, "StatefulSet": recreate}


def marked(manifest: Manifest) -> Manifest:
    """Return the manifest with the annotation, if its kind has such fields."""
    if not changed_in_place(manifest["kind"]):
        return manifest
    metadata = manifest["metadata"]
    annotations = {**metadata.get("annotations", {}), IN_PLACE: fingerprint(manifest)}
    return {**manifest, "metadata": {**metadata, "annotations": annotations}}


def in_place_hook(
    key: str, manifest: Manifest, kubeconfig: pulumi.Output[str]
) -> pulumi.ResourceHookBinding:
    """Return the hook before an update of the object; none for a kind without such fields.

    `manifest` is the object as it is to be, and `key` names the hook.
    """
    kind = manifest["kind"]
    if not changed_in_place(kind):
        return pulumi.ResourceHookBinding()

    async def change(hook: pulumi.ResourceHookArgs) -> None:
        known = await pulumi.Output.all(hook.old_inputs, manifest, kubeconfig).future()
        if known is None:
            return
        before, after, credentials = known
        if _fingerprint(before) != fingerprint(after):
            metadata = before["metadata"]
            place = Workload(kind, metadata["name"], metadata["namespace"])
            _WAYS[kind](Runner(), credentials, place, before, after)

    return before_update(f"{key}-in-place", change)


def _fingerprint(before: Mapping[str, Any]) -> Any:
    """Return the hash of the fields before; Pulumi's inputs keep those of the first update."""
    annotations = before["metadata"].get("annotations", {})
    return annotations.get(IN_PLACE) or fingerprint(dict(before))
