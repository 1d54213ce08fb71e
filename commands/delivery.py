"""Delivery of a stack by Pulumi, or by a controller in its cluster, as the settings say."""

import json
from dataclasses import dataclass

from commands.errors import CommandError
from commands.settings import SettingsRefused, run_module
from commands.stack import Stack

_KEY = "deliver"


@dataclass(frozen=True)
class Delivery:
    """The delivery of a stack by GitOps: a controller applies what is rendered into Git."""

    context: str
    """Kubeconfig context of the cluster."""

    uid: str | None
    """UID of the cluster's namespace kube-system, where the settings name it."""

    label: str
    """Value of the label `slipway.dev/stack` on all objects of the stack."""


def by_gitops(stack: Stack) -> Delivery | None:
    """Return the delivery of a stack with `deliver: gitops`; None if Pulumi delivers it.

    Raises CommandError for settings that are wrong.
    """
    files = (*stack.file.parent.glob("Pulumi*.yaml"), stack.checkout.root / "Pulumi.yaml")
    # To read the settings whole takes as long as some commands.
    if not any(_KEY in each.read_text(encoding="utf-8") for each in files if each.is_file()):
        return None
    try:
        answer = run_module("delivery", stack.name, stack.checkout)
    except SettingsRefused as refused:
        raise CommandError(str(refused), f"correct {stack.file.name}") from None
    found: dict[str, str | None] = json.loads(answer)
    if found["deliver"] != "gitops":
        return None
    return Delivery(str(found["context"]), found["uid"], str(found["label"]))


def require_pulumi(stack: Stack, command: str) -> None:
    """Raise CommandError for a stack that a controller delivers from Git."""
    if by_gitops(stack) is not None:
        name = stack.name
        raise CommandError(
            f"{stack.file.name}: deliver: gitops: a controller in the cluster applies this stack "
            f"from Git, and `make {command}` would fight it",
            f"make render STACK={name} OUT=folder, commit and push the folder, then "
            f"make wait STACK={name} OUT=folder",
        )
