"""Room for the pods that a change adds: in the quotas of their namespace, and on the nodes.

A reading of the moment, from requests alone: affinity, volumes and priorities are left out, and
nodes with a taint that keeps pods away do not count. It is a hint, and no part of a plan's hash.

https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from commands.cluster import Cluster
from commands.drift.values import quantity
from commands.errors import CommandError
from commands.plan.effects import Pods

_Object = Mapping[str, Any]
_Amounts = Mapping[str, Decimal]

_MEASURED = ("cpu", "memory", "ephemeral-storage")
_KEEPING_AWAY = ("NoSchedule", "NoExecute")


def room(cluster: Cluster, pods: Pods) -> str:
    """Return in words whether the pods fit; why it is not known where nothing may be read."""
    try:
        quotas: list[_Object] = cluster.get("resourcequotas", f"--namespace={pods.namespace}")[
            "items"
        ]
        refused = list(beyond_quota(quotas, pods))
        if refused:
            return f"**does not fit: {'; '.join(refused)}**"
        nodes: list[_Object] = cluster.get("nodes")["items"]
        running: list[_Object] = cluster.get("pods", "--all-namespaces")["items"]
    except CommandError:
        return "whether it fits is not known: the cluster does not show its quotas, nodes or pods"
    free = places(nodes, running, pods.spec, pods.count)
    if free >= pods.count:
        return "fits on the nodes now" + (" and into the quota" if quotas else "")
    return f"**the nodes have room for {free} of the {pods.count} more pods now**"


def beyond_quota(quotas: Sequence[_Object], pods: Pods) -> Iterator[str]:
    """Yield the limits of quotas that the pods would exceed.  Quotas with scopes are left out."""
    wanted = _of_quota(pods.spec)
    for quota in quotas:
        if quota["spec"].get("scopes") or quota["spec"].get("scopeSelector"):
            continue
        status: _Object = quota.get("status") or {}
        hard: Mapping[str, str] = status.get("hard") or {}
        used: Mapping[str, str] = status.get("used") or {}
        for name, limit in hard.items():
            more = wanted.get(name, Decimal(0)) * pods.count
            most, now = quantity(limit) or Decimal(0), quantity(used.get(name, "0")) or Decimal(0)
            if more and now + more > most:
                title = quota["metadata"]["name"]
                current = f"{used.get(name, '0')} of {limit} used"
                yield f"quota {title}: {name} {current}, and {more:f} more"


def places(nodes: Sequence[_Object], running: Sequence[_Object], spec: _Object, most: int) -> int:
    """Return how many pods of a spec, up to `most`, the nodes have room for."""
    free: dict[str, dict[str, Decimal]] = {}
    for node in nodes:
        if _is_open(node):
            allocatable: Mapping[str, str] = node["status"]["allocatable"]
            free[node["metadata"]["name"]] = {
                name: quantity(allocatable.get(name, "0")) or Decimal(0)
                for name in (*_MEASURED, "pods")
            }
    for pod in running:
        place = free.get(pod["spec"].get("nodeName", ""))
        if place is not None and pod["status"].get("phase") not in ("Succeeded", "Failed"):
            for name, amount in _requests(pod["spec"]).items():
                place[name] -= amount
    wanted = _requests(spec)
    found = 0
    for amounts in free.values():
        while found < most and all(amounts[name] >= each for name, each in wanted.items()):
            found += 1
            for name, each in wanted.items():
                amounts[name] -= each
    return found


def _is_open(node: _Object) -> bool:
    taints: list[_Object] = node["spec"].get("taints") or []
    return not any(each["effect"] in _KEEPING_AWAY for each in taints)


def _requests(spec: _Object) -> _Amounts:
    return {**{name: _total(spec, "requests", name) for name in _MEASURED}, "pods": Decimal(1)}


def _of_quota(spec: _Object) -> _Amounts:
    """Return what a pod counts in a quota, by the names there."""
    requests = {name: _total(spec, "requests", name) for name in _MEASURED}
    limits = {f"limits.{name}": _total(spec, "limits", name) for name in _MEASURED}
    named = {f"requests.{name}": amount for name, amount in requests.items()}
    return {**requests, **named, **limits, "pods": Decimal(1), "count/pods": Decimal(1)}


def _total(spec: _Object, side: str, name: str) -> Decimal:
    """Return what the containers of a pod need together; other init containers end before.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
    """

    def of(container: _Object) -> Decimal:
        resources: _Object = container.get("resources") or {}
        amounts: Mapping[str, str] = resources.get(side) or {}
        return quantity(str(amounts.get(name, "0"))) or Decimal(0)

    first: list[_Object] = spec.get("initContainers") or []
    sidecars = sum((of(each) for each in first if each.get("restartPolicy") == "Always"), Decimal())
    main = sum((of(each) for each in spec["containers"]), Decimal()) + sidecars
    return max([main, *(of(each) for each in first if each.get("restartPolicy") != "Always")])
