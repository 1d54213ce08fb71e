"""The objects of an application as plain data, for a program that is written by hand.

A program of its own, as one by hand would not import the components.
"""

import json

from components.app.args import AppArgs
from components.app.manifests import Placement, parts
from components.targets.exposure import Exposure

_NAME = "the-name-of-it"


def template() -> str:
    """Return the objects of an application by their kinds, as JSON."""
    place = Placement(
        name=_NAME,
        namespace="bench-one",
        owner_labels={"app.kubernetes.io/managed-by": "slipway", "slipway.dev/stack": "bench-one"},
        field_manager="slipway-bench-one",
        exposure=Exposure(url="http://web"),
        images={"application": "registry.example/web@sha256:" + 64 * "1"},
        user=10001,
        group=10001,
    )
    manifests = [part.manifest for part in parts(AppArgs(expose=False), place)]
    return json.dumps(
        {each["kind"]: {key: each[key] for key in ("metadata", "spec")} for each in manifests}
    )
