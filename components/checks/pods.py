"""Pods: their containers, volumes, placement.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .amounts import amount_of
from .container import container_problems, identity_problems
from .finding import Path, Problem
from .parts import Part, items, section
from .selectors import selector_problems
from .templates import containers, twice

_PROJECTED = (
    "clusterTrustBundle", "configMap", "downwardAPI", "podCertificate", "secret",
    "serviceAccountToken",
)  # fmt: skip


def pod_problems(pod: Part, claims: list[str]) -> Iterator[Problem]:
    """Yield what is wrong with a pod's spec, to which a StatefulSet adds volumes of claims."""
    yield from _volumes(pod)
    volumes = {each.get("name") for each in items(pod, "volumes")}
    names = [container.get("name") for _, container in containers(pod)]
    places = [path for path, _ in containers(pod)]
    for index, name in twice(names):
        yield Problem((*places[index], "name"), name, "is the name of another container too")
    for path, container in containers(pod):
        is_init = path[0] == "initContainers"
        known = {str(name) for name in volumes} | set(claims)
        found = container_problems(container, known, is_init=is_init)
        yield from (problem.below(*path) for problem in found)
        yield from (problem.below(*path) for problem in _sleep(pod, container))
    yield from _host(pod)
    yield from _placement(pod)
    context = section(pod, "securityContext")
    yield from (problem.below("securityContext") for problem in identity_problems(context))


def _sleep(pod: Part, container: Part) -> Iterator[Problem]:
    grace = pod.get("terminationGracePeriodSeconds", 30)
    for hook, handler in section(container, "lifecycle").items():
        if not isinstance(handler, Mapping):
            continue
        seconds = section(handler, "sleep").get("seconds")  # pyright: ignore[reportUnknownArgumentType]
        if isinstance(seconds, int) and isinstance(grace, int) and seconds > grace:
            reason = f"must be terminationGracePeriodSeconds, {grace}, or less"
            yield Problem(("lifecycle", hook, "sleep", "seconds"), seconds, reason, str(grace))


def _volumes(pod: Part) -> Iterator[Problem]:
    volumes: list[Part] = items(pod, "volumes")
    for index, name in twice([volume.get("name") for volume in volumes]):
        yield Problem(("volumes", index, "name"), name, "is the name of another volume too")
    for index, volume in enumerate(volumes):
        sources = [key for key in volume if key != "name"]
        for extra in sources[1:]:
            reason = f"must be absent beside {sources[0]}"
            yield Problem(("volumes", index, extra), volume[extra], reason)
        if "secret" in volume and "name" in volume["secret"]:
            place = ("volumes", index, "secret", "name")
            yield Problem(place, volume["secret"]["name"], "there is no such field", "secretName")
        for item, source in enumerate(items(section(volume, "projected"), "sources")):
            given = [name for name in _PROJECTED if name in source]
            if len(given) != 1:
                place = ("volumes", index, "projected", "sources", item)
                yield Problem(place, given, "needs exactly one source", _PROJECTED[1])
        size = amount_of(section(volume, "emptyDir").get("sizeLimit"))
        if size is not None and size < 0:
            place = ("volumes", index, "emptyDir", "sizeLimit")
            yield Problem(place, volume["emptyDir"]["sizeLimit"], "must not be negative", "64Mi")


def _host(pod: Part) -> Iterator[Problem]:
    owner: dict[tuple[Any, ...], Path] = {}
    for path, container in containers(pod):
        for index, port in enumerate(items(container, "ports")):
            host, place = port.get("hostPort"), (*path, "ports", index, "hostPort")
            if not host:
                continue
            if pod.get("hostNetwork") and host != port.get("containerPort"):
                yield Problem(place, host, "must be the containerPort beside hostNetwork")
            key = (host, port.get("protocol", "TCP"), port.get("hostIP", ""))
            if owner.setdefault(key, path) != path:
                yield Problem(place, host, "is the host's port of another container too")


def _placement(pod: Part) -> Iterator[Problem]:
    for index, each in enumerate(items(pod, "tolerations")):
        path: Path = ("tolerations", index)
        operator = each.get("operator") or "Equal"
        if operator == "Exists" and each.get("value"):
            reason = "must be absent with the operator Exists"
            yield Problem((*path, "value"), each["value"], reason)
        if operator != "Exists" and not each.get("key"):
            yield Problem((*path, "operator"), operator, "must be Exists without a key", "Exists")
        if "tolerationSeconds" in each and each.get("effect") != "NoExecute":
            reason = "needs the effect NoExecute"
            yield Problem((*path, "tolerationSeconds"), each["tolerationSeconds"], reason)
    constraints: list[Part] = items(pod, "topologySpreadConstraints")
    keys = [(each.get("topologyKey"), each.get("whenUnsatisfiable")) for each in constraints]
    for index, key in twice(keys):
        yield Problem(("topologySpreadConstraints", index), list(key), "is there twice")
    for index, each in enumerate(constraints):
        place = ("topologySpreadConstraints", index, "labelSelector")
        found = selector_problems(section(each, "labelSelector"))
        yield from (problem.below(*place) for problem in found)
        if "minDomains" in each and each.get("whenUnsatisfiable") != "DoNotSchedule":
            reason = "needs `whenUnsatisfiable: DoNotSchedule`"
            yield Problem((*place[:2], "minDomains"), each["minDomains"], reason)
    yield from _node_affinity(section(pod, "affinity", "nodeAffinity"))


def _node_affinity(affinity: Part) -> Iterator[Problem]:
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    for index, term in enumerate(items(section(affinity, required), "nodeSelectorTerms")):
        for number, each in enumerate(items(term, "matchExpressions")):
            values, operator = items(each, "values"), each.get("operator")
            place = ("affinity", "nodeAffinity", required, "nodeSelectorTerms", index)
            path = (*place, "matchExpressions", number, "values")
            if operator in ("In", "NotIn") and not values:
                yield Problem(path, None, f"is required with the operator {operator}", "[amd64]")
            if operator in ("Exists", "DoesNotExist") and values:
                yield Problem(path, values, f"must be absent with the operator {operator}")
            if operator in ("Gt", "Lt") and not (len(values) == 1 and str(values[0]).isdecimal()):
                yield Problem(path, values, f"must be one number with the operator {operator}")
