"""Reading a stack's exported deployment."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

Resource = Mapping[str, Any]


def resources(state: Mapping[str, Any], kind: str) -> Iterator[Resource]:
    """Yield the resources whose type ends in `kind`: `docker:index/container:Container`."""
    for resource in state["deployment"].get("resources") or ():
        if str(resource["type"]).endswith(kind):
            yield resource


def outputs(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """The stack's outputs; empty before its first complete `up`."""
    stack = next(resources(state, "pulumi:pulumi:Stack"), None)
    return (stack or {}).get("outputs") or {}


def kubeconfig(state: Mapping[str, Any]) -> str | None:
    """The kubeconfig of the first Kubernetes provider, of a state with secrets in plain text."""
    for provider in resources(state, "pulumi:providers:kubernetes"):
        inputs: dict[str, Any] = provider.get("inputs") or {}
        value = inputs.get("kubeconfig")
        if isinstance(value, dict):
            value = json.loads(cast("dict[str, str]", value)["plaintext"])
        if isinstance(value, str):
            return value
    return None


def mark(state: Mapping[str, Any]) -> str | None:
    """The mark of the containers, networks and volumes that the stack made on this machine."""
    allocation = next(resources(state, "dynamic/slipway:Allocation"), None)
    return allocation["outputs"]["mark"] if allocation else None
