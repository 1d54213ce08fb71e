"""The resources in the state of a stack, for what a resource without old inputs has to know."""

import json
from typing import Any

from ..machine.runner import Runner


def resources(runner: Runner, stack: str) -> list[dict[str, Any]]:
    """Return the resources of the stack's state, secrets encrypted.

    Raises CommandError when the state cannot be read.
    """
    text = runner.run("pulumi", "stack", "export", "--stack", stack)
    deployment: dict[str, Any] = json.loads(text).get("deployment") or {}
    return deployment.get("resources") or []


def of_type(resources: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return the outputs of the resources of a type, without those that are to be deleted."""
    return [
        resource["outputs"]
        for resource in resources
        if resource["type"].endswith(f":{name}") and not resource.get("delete")
    ]
