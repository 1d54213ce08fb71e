"""Owner: a stack as the owner of objects in a cluster, and the labels by which it is known."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from ..k8s.objects import Manifest, applied_by
from ..names import LABEL, OWNER_LABEL, STACK_LABEL, Names

ADOPT = "adopt"
"""Value of the owner label with which the stack that the other label names may take an object."""

REMOVAL = f"{LABEL}/removal"
"""Annotation of a namespace that names the resource which deletes it: the last one created."""

RELEASED = "released"
"""Value of that annotation on a namespace that outlived its stack: the next one may take it."""


@dataclass(frozen=True)
class Owner:
    """A stack by its names, and by the id of its state in a cluster that others use too.

    The names are not enough there: two checkouts have the same.
    """

    names: Names
    id: pulumi.Input[str] | None = None

    @property
    def id_labels(self) -> dict[str, pulumi.Input[str]]:
        """Label with the id, for the metadata of objects alone: pods would be replaced."""
        return {} if self.id is None else {OWNER_LABEL: self.id}

    def metadata(self, **labels: str) -> Manifest:
        """Return the labels and annotations of an object."""
        return {
            "labels": {**self.names.owner_labels, **self.id_labels, **labels},
            "annotations": applied_by(self.names.field_manager),
        }


def is_owned(labels: Mapping[str, str], stack: str, owner_id: str | None) -> bool:
    """Return whether an object is the stack's own; an earlier version gave it no id."""
    return labels.get(STACK_LABEL) == stack and labels.get(OWNER_LABEL) in (None, owner_id)


def may_be_claimed(metadata: Manifest, stack: str, owner_id: str) -> bool:
    """Return whether the stack may take an existing object that it has not claimed before.

    It is the stack's own, was adopted by the user, or is a namespace that a stack of the same
    name released.
    """
    labels: Mapping[str, str] = metadata.get("labels") or {}
    annotations: Mapping[str, str] = metadata.get("annotations") or {}
    given = labels.get(OWNER_LABEL) == ADOPT or annotations.get(REMOVAL) == RELEASED
    return labels.get(OWNER_LABEL) == owner_id or (given and labels.get(STACK_LABEL) == stack)
