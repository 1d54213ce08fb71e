"""What a pod cannot do though a cluster accepts it: start, and fill its volumes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from components.checks.templates import template
from components.k8s.quantity import amount

Manifest = Mapping[str, Any]


def complaints(manifests: Iterable[Manifest]) -> list[str]:
    """Return what the pods of an application's objects cannot do."""
    pods = [place[1]["spec"] for each in manifests if (place := template(each)) is not None]
    return [f"the pod: {what}" for pod in pods for what in _pod(pod)]


def _pod(spec: Manifest) -> Iterator[str]:
    containers = [*spec.get("initContainers", ()), *spec["containers"]]
    for container in containers:
        memory = container["resources"]["limits"]["memory"]
        if amount(memory) < 2**22:
            yield f"no program starts with the memory {memory}"
    yield from _sizes(spec, containers)


def _sizes(spec: Manifest, containers: Sequence[Manifest]) -> Iterator[str]:
    """Yield the volumes that a pod cannot fill."""
    running = [*spec["containers"], *(c for c in containers if c.get("restartPolicy") == "Always")]
    for volume in spec["volumes"]:
        if (empty := volume.get("emptyDir")) is None:
            continue
        name = "memory" if empty.get("medium") == "Memory" else "ephemeral-storage"
        limits = [amount(each["resources"]["limits"][name]) for each in running]
        limit = sum(limits, Decimal(0))
        if not 0 < amount(empty["sizeLimit"]) <= limit:
            yield f"the volume {volume['name']} of {empty['sizeLimit']} is more than {limit}"
