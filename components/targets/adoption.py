"""Objects that a stack claims, why existing ones are refused, and how they are adopted."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Self

from ..dynamic import Inputs
from ..k8s.objects import Manifest
from ..names import OWNER_LABEL, STACK_LABEL
from .owner import ADOPT


class ClaimedObject(Inputs):
    """An object by its names; `namespace` is None for one without."""

    api_version: str
    kind: str
    name: str
    namespace: str | None = None

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """Return the names of an object."""
        metadata = manifest["metadata"]
        return cls(
            api_version=manifest["apiVersion"],
            kind=manifest["kind"],
            name=metadata["name"],
            namespace=metadata.get("namespace"),
        )

    @property
    def entry(self) -> dict[str, str]:
        """The object as the state has it."""
        return self.model_dump(by_alias=True, exclude_none=True)

    @property
    def manifest(self) -> Manifest:
        """The object as kubectl reads it."""
        place = {"namespace": self.namespace} if self.namespace else {}
        metadata = {"name": self.name, **place}
        return {"apiVersion": self.api_version, "kind": self.kind, "metadata": metadata}

    @property
    def reference(self) -> str:
        """The object as kubectl names it: `deployment.apps/web`."""
        group, _, _ = self.api_version.rpartition("/")
        return f"{self.kind.lower()}{group and '.' + group}/{self.name}"

    def __str__(self) -> str:
        within = f" in {self.namespace}" if self.namespace else ""
        return f"the {self.kind.lower()} {self.name}{within}"


def _label_arguments(objects: Sequence[ClaimedObject]) -> list[list[str]]:
    """Return the arguments of `kubectl label` for the objects: one command for each namespace.

    Objects without a namespace join the first command.
    """
    namespaces = list(dict.fromkeys(each.namespace for each in objects if each.namespace))
    without = [each.reference for each in objects if each.namespace is None]
    if not namespaces:
        return [without] if without else []
    commands: list[list[str]] = []
    for namespace in namespaces:
        inside = [each.reference for each in objects if each.namespace == namespace]
        commands.append([f"--namespace={namespace}", *without, *inside])
        without = []
    return commands


def adopting_commands(objects: Sequence[ClaimedObject], stack: str, context: str) -> Sequence[str]:
    """Return the commands after which the stack may claim the objects."""
    # The user's current context may be another cluster's.
    label = ["kubectl", "--context", context, "label", "--overwrite"]
    labels = [f"{STACK_LABEL}={stack}", f"{OWNER_LABEL}={ADOPT}"]
    return [shlex.join([*label, *arguments, *labels]) for arguments in _label_arguments(objects)]


def refusal(
    refused: Sequence[tuple[ClaimedObject, Mapping[str, str]]], stack: str, commands: Sequence[str]
) -> str:
    """Return the message for existing objects, given with their labels."""
    reasons = "; ".join(
        f"{each} already exists and {_owner(labels, stack)}" for each, labels in refused
    )
    names, them = ("another name", "it") if len(refused) == 1 else ("other names", "them")
    return (
        f"refused: {reasons}. Choose {names}; or, to let this stack take {them} over and delete "
        f"{them} on destroy: {' && '.join(commands)}"
    )


def _owner(labels: Mapping[str, str], stack: str) -> str:
    if labels.get(STACK_LABEL) == stack:
        return (
            f"was made for a stack of the same name, {stack}, with another state: that of another "
            "checkout, which deletes it on its own destroy, or one that was lost"
        )
    if STACK_LABEL in labels:
        return f"is owned by the stack {labels[STACK_LABEL]}"
    if manager := labels.get("app.kubernetes.io/managed-by"):
        return f"is managed by {manager}"
    return "is not owned by this stack"
