"""Previews as `pulumi preview --json --show-sames` prints them."""

import json
from typing import Any

from commands.plan.steps import Resource, resources

_URN = "urn:pulumi:kind::slipway::slipway:index:App${kind}::{name}"


def step(op: str, kind: str, name: str, before: Any = None, after: Any = None, **more: Any) -> Any:
    """A step with the inputs of a resource before and after it."""
    urn = _URN.format(kind=kind, name=name)
    state = {"urn": urn, "type": kind, **more}
    sides = {
        "oldState": None if before is None else {**state, "inputs": before},
        "newState": None if after is None else {**state, "inputs": after},
    }
    return {"op": op, "urn": urn, **{key: value for key, value in sides.items() if value}}


def manifest(kind: str, name: str = "web", api: str = "v1", **more: Any) -> dict[str, Any]:
    """An object in the namespace `shop`."""
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop"},
        **more,
    }


def deployment(replicas: int | None = 3, image: str = "web@sha256:1", **spec: Any) -> Any:
    """A Deployment with one container, which asks for half a core and 64 MiB."""
    resources = {"requests": {"cpu": "500m", "memory": "64Mi"}}
    container = {"name": "web", "image": image, "resources": resources}
    count = {} if replicas is None else {"replicas": replicas}
    template = {"spec": {"containers": [container]}}
    content = {**count, "template": template, **spec}
    return manifest("Deployment", api="apps/v1", spec=content)


DEPLOYMENT = "kubernetes:apps/v1:Deployment"


def preview(*steps: Any, **more: Any) -> dict[str, Any]:
    return {"config": {}, "steps": list(steps), **more}


def as_text(*steps: Any, **more: Any) -> str:
    return json.dumps(preview(*steps, **more))


def only(*steps: Any) -> Resource:
    """The one resource of a preview."""
    (found,) = resources(preview(*steps))
    return found
