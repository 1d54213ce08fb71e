"""The last step of a rollout: its pods, and no others, are where the Service leads.

https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
"""

import time
from typing import Any

from ...k8s.api import Api, ApiError, collection
from ..manifests import Manifest

_PAUSE_SECONDS = 0.2
_LIMIT_SECONDS = 10.0


def wait_for_endpoints(api: Api, manifest: Manifest, pods: set[str]) -> None:
    """Wait until the Service of a workload leads to the pods with these UIDs and to no others.

    Where it may not be looked up, or takes longer than 10 s, nothing is said: the pods are ready.
    """
    metadata = manifest["metadata"]
    path = collection("discovery.k8s.io/v1", "EndpointSlice", metadata["namespace"])
    query = {"labelSelector": f"kubernetes.io/service-name={metadata['name']}"}
    deadline = time.monotonic() + _LIMIT_SECONDS
    while time.monotonic() < deadline:
        try:
            slices: list[dict[str, Any]] = api.get(path, **query)["items"]
        except ApiError:
            return
        if not slices or _ready(slices) == pods:
            return
        time.sleep(_PAUSE_SECONDS)


def _ready(slices: list[dict[str, Any]]) -> set[str]:
    """Return the UIDs of the pods that get traffic."""
    uids: set[str] = set()
    for one in slices:
        endpoints: list[dict[str, Any]] = one.get("endpoints") or []
        for each in endpoints:
            if each.get("conditions", {}).get("ready") and each.get("targetRef"):
                uids.add(each["targetRef"]["uid"])
    return uids
