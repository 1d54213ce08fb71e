"""The objects of one application as plain data, for a program that is written by hand."""

import json
from functools import cache
from typing import Any

from components.app import AppArgs
from components.app.manifests import Placement, parts
from components.target.exposure import Exposure

_NAME = "the-name-of-it"


@cache
def _template() -> str:
    place = Placement(
        name=_NAME,
        namespace="bench-one",
        owner_labels={"app.kubernetes.io/managed-by": "slipway", "slipway.dev/stack": "bench-one"},
        field_manager="slipway-bench-one",
        exposure=Exposure(url="http://web"),
        images={"": "registry.example/web@sha256:" + 64 * "1"},
        user=10001,
        group=10001,
    )
    return json.dumps([part.manifest for part in parts(AppArgs(expose=False), place)])


def objects(name: str) -> list[dict[str, Any]]:
    """NetworkPolicy, Service, PodDisruptionBudget and Deployment, as keywords."""
    made: list[dict[str, Any]] = json.loads(_template().replace(_NAME, name))
    return [{key: one[key] for key in ("metadata", "spec")} for one in made]
