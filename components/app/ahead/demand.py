"""What pods ask for: their requests and limits, and how many an update needs at the same time."""

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from ...k8s.objects import Manifest
from ...k8s.quantity import amount
from .fields import entries, section

Amounts = Mapping[str, Decimal]
"""Amounts by resource, such as `cpu`."""


def requests(pod_spec: Manifest) -> Amounts:
    """Return what a pod requests of its node; a container that only limits requests that much."""
    return _of_pod(pod_spec, lambda own: {**section(own, "limits"), **section(own, "requests")})


def limits(pod_spec: Manifest) -> Amounts:
    """Return the limits of a pod. One container without a limit leaves the pod's sum too low."""
    return _of_pod(pod_spec, lambda own: section(own, "limits"))


def _of_pod(pod_spec: Manifest, read: Callable[[Manifest], Mapping[str, str]]) -> Amounts:
    """Return the sum of the containers that run, or what those before them need if that is more.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
    """
    running: Amounts = {}
    most: Amounts = {}
    for container in entries(pod_spec, "initContainers"):
        own = _amounts(read(section(container, "resources")))
        if container.get("restartPolicy") == "Always":
            running = _sum([running, own])
        else:
            most = _most([most, _sum([running, own])])
    for container in entries(pod_spec, "containers"):
        running = _sum([running, _amounts(read(section(container, "resources")))])
    whole = _amounts(read(section(pod_spec, "resources")))
    overhead = _amounts(section(pod_spec, "overhead"))
    return _sum([{**_most([most, running]), **whole}, overhead])


def times(own: Amounts, number: int) -> Amounts:
    """Return what a number of equal pods needs."""
    return {name: each * number for name, each in own.items()}


def stages(kind: str, spec: Mapping[str, Any], live_replicas: int) -> list[tuple[int, int]]:
    """Return the numbers of old and new pods that an update cannot do without at the same time.

    At the start, at the end of the exchange, and after it; in between are no more.
    """
    if kind in ("Job", "CronJob"):
        return [(0, 1)]
    replicas = int(spec.get("replicas", 1))
    if not live_replicas or not replicas:
        return [(0, replicas)]
    if kind == "StatefulSet":
        return [(min(live_replicas, replicas) - 1, 1), (0, replicas)]
    strategy = section(spec, "strategy")
    if strategy.get("type") == "Recreate":
        return [(0, replicas)]
    kept = replicas - _unavailable(section(strategy, "rollingUpdate"), replicas)
    return [(min(live_replicas, kept), 1), (1 if kept else 0, kept), (0, replicas)]


def _unavailable(rolling: Mapping[str, Any], replicas: int) -> int:
    """Return how many pods may be missing: without a surge at least one.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable
    """
    surge = _share(rolling.get("maxSurge", "25%"), replicas, math.ceil)
    missing = _share(rolling.get("maxUnavailable", "25%"), replicas, math.floor)
    return min(replicas, missing if surge or missing else 1)


def _share(value: Any, replicas: int, rounded: Callable[[float], int]) -> int:
    if isinstance(value, str) and value.endswith("%"):
        return rounded(replicas * float(value[:-1]) / 100)
    return int(value)


def _amounts(values: Mapping[str, Any]) -> Amounts:
    return {name: amount(str(value)) for name, value in values.items()}


def _sum(every: Iterable[Amounts]) -> Amounts:
    total: dict[str, Decimal] = {}
    for own in every:
        for name, value in own.items():
            total[name] = total.get(name, Decimal(0)) + value
    return total


def _most(every: Iterable[Amounts]) -> Amounts:
    highest: dict[str, Decimal] = {}
    for own in every:
        for name, value in own.items():
            highest[name] = max(highest.get(name, Decimal(0)), value)
    return highest
