"""Reading a stack's exported deployment."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

Resource = Mapping[str, Any]


def resources(state: Mapping[str, Any], kind: str) -> Iterator[Resource]:
    """Yield the resources whose type ends in `kind`: `docker:index/container:Container`."""
    for resource in state["deployment"].get("resources") or ():
        if str(resource["type"]).endswith(kind):
            yield resource


def of_objects(objects: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return a state with objects of a cluster that another than Pulumi applied."""
    found = [
        {
            "type": f"kubernetes:{_version(each)}:{each['kind']}",
            "inputs": {"metadata": each["metadata"]},
            "outputs": each,
        }
        for each in objects
    ]
    return {"deployment": {"resources": found}}


def _version(manifest: Mapping[str, Any]) -> str:
    """Return the version of an object's API as Pulumi's types have it."""
    version = str(manifest["apiVersion"])
    return version if "/" in version else f"core/{version}"


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


def interrupted(state: Mapping[str, Any]) -> frozenset[str]:
    """The URNs of resources that a killed run was changing: the state may be behind them."""
    operations: list[dict[str, Any]] = state["deployment"].get("pending_operations") or []
    return frozenset(str(operation["resource"]["urn"]) for operation in operations)


def mark(state: Mapping[str, Any]) -> str | None:
    """The mark of the containers, networks and volumes that the stack made on this machine."""
    allocation = next(resources(state, "dynamic/slipway:Allocation"), None)
    return allocation["outputs"]["mark"] if allocation else None


def node_addresses(state: Mapping[str, Any]) -> frozenset[str]:
    """The addresses of containers of this machine at which a stack's application answers."""
    profiles = resources(state, "dynamic/slipway:MinikubeProfile")
    return frozenset(str(profile["outputs"]["address"]) for profile in profiles)
