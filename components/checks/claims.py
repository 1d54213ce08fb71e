"""Claims of volumes.

https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .amounts import amount_of
from .finding import Problem
from .parts import items, section


def claim_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the spec of a PersistentVolumeClaim or a template of one."""
    modes = items(spec, "accessModes")
    if not modes:
        yield Problem(("accessModes",), None, "is required", "[ReadWriteOnce]")
    if "ReadWriteOncePod" in modes and len(modes) > 1:
        reason = "must hold nothing beside ReadWriteOncePod"
        yield Problem(("accessModes",), list(modes), reason, "[ReadWriteOncePod]")
    storage = section(spec, "resources", "requests").get("storage")
    path = ("resources", "requests", "storage")
    number = amount_of(storage)
    if storage is None:
        yield Problem(path, None, "is required", "1Gi")
    elif number is not None and number <= 0:
        yield Problem(path, storage, "must be above 0", "1Gi")
