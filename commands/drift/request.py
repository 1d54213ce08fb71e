"""The stack's objects as the cluster has them; the number of requests does not grow with them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from commands.cluster import Cluster
from commands.drift.declared import Declared, Manifest, Place, place
from commands.errors import CommandError

_STACK = "slipway.dev/stack"
"""Label that all objects of a stack have."""

_FEW = 30
"""Number of objects up to which kubectl asks for one after the other as fast as for their kinds."""

_IDENTITY: Mapping[str, Any] = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": "kube-system"},
}
"""The object whose UID identifies a cluster."""


def live_objects(cluster: Cluster, objects: Sequence[Declared]) -> Mapping[Place, Manifest] | None:
    """Return those of the objects that exist, by their places; None from another cluster.

    Many objects are listed by their kinds first, and what lacks the label is asked for by name.
    Raises CommandError when the cluster does not answer.
    """
    listed = _listed(cluster, objects) if len(objects) > _FEW else {}
    rest = [each for each in objects if each.place not in listed]
    items = [_IDENTITY, *(_reference(each) for each in rest)]
    text = cluster.run(
        *("get", "--filename=-", "--ignore-not-found", "--output=json", "--show-managed-fields"),
        stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}),
    )
    answer: dict[str, Any] = json.loads(text) if text.strip() else {}
    found: list[dict[str, Any]] = answer.get("items", [answer] if answer else [])
    live = {**listed, **{place(each): each for each in found}}
    identity = live.get(place(_IDENTITY))
    if identity is None or identity["metadata"]["uid"] != cluster.uid:
        return None
    return live


def _listed(cluster: Cluster, objects: Sequence[Declared]) -> dict[Place, Manifest]:
    """Return the objects of the stack by their label, with one request for each kind.

    None where they may not be listed in all namespaces.
    """
    kinds = ",".join(sorted({each.words[0] for each in objects}))
    labels: list[Mapping[str, str]] = [
        each.manifest["metadata"].get("labels", {}) for each in objects
    ]
    stacks = sorted({each[_STACK] for each in labels if _STACK in each})
    select = f"--selector={_STACK} in ({','.join(stacks)})"
    try:
        text = cluster.run(
            *("get", kinds, "--all-namespaces", select),
            *("--output=json", "--show-managed-fields"),
        )
    except CommandError:
        return {}
    return {place(each): each for each in json.loads(text)["items"]}


def _reference(declared: Declared) -> Mapping[str, Any]:
    """Return the object by its names alone, so that no content is sent."""
    metadata = declared.manifest["metadata"]
    within = {"namespace": metadata["namespace"]} if "namespace" in metadata else {}
    return {
        "apiVersion": declared.manifest["apiVersion"],
        "kind": declared.kind,
        "metadata": {"name": metadata["name"], **within},
    }
