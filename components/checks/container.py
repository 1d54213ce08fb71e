"""Containers: ports, variables, mounts, probes, handlers, privileges.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .amounts import resource_problems
from .finding import Problem
from .parts import Part, items, section
from .templates import twice

_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")
_HOOKS = ("exec", "httpGet", "sleep", "tcpSocket")
_SOURCES = ("configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef")
_FIELD = re.compile(
    r"metadata\.(name|namespace|uid|(labels|annotations)\['[^']+'\])"
    r"|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?)"
)
_RESOURCE = re.compile(r"(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)")


def container_problems(container: Part, volumes: set[str], *, is_init: bool) -> Iterator[Problem]:
    """Yield what is wrong with a container of a pod with these volumes."""
    yield from _image(container)
    yield from _ports(container)
    yield from _variables(container)
    yield from _mounts(container, volumes)
    yield from (p.below("resources") for p in resource_problems(section(container, "resources")))
    yield from _handlers(
        container, is_sidecar=container.get("restartPolicy") == "Always" or not is_init
    )
    yield from (
        p.below("securityContext") for p in _privileges(section(container, "securityContext"))
    )


def exactly_one(part: Part, names: tuple[str, ...]) -> Iterator[Problem]:
    """Yield a problem where not exactly one of these fields is set."""
    given = [name for name in names if name in part]
    if not given:
        yield Problem((), None, f"needs one of {', '.join(names)}", names[0])
    for name in given[1:]:
        yield Problem((name,), part[name], f"must be absent beside {given[0]}")


def _image(container: Part) -> Iterator[Problem]:
    if not container.get("image"):
        yield Problem(("image",), None, "is required", "registry.example/web:1")


def _ports(container: Part) -> Iterator[Problem]:
    ports: list[Part] = items(container, "ports")
    for index, name in twice([port.get("name") for port in ports]):
        yield Problem(("ports", index, "name"), name, "is the name of another port too")
    for key, address in (("containerPort", ""), ("hostPort", "hostIP")):
        numbers = [_number(port, key, address) for port in ports]
        for index, number in twice(numbers):
            yield Problem(("ports", index, key), number[0], "is there twice")


def _number(port: Part, key: str, address: str) -> tuple[int, str, str] | None:
    """Return what server-side apply, or the kubelet, distinguishes ports by."""
    protocol = port.get("protocol", "TCP")
    return (port[key], protocol, port.get(address, "")) if port.get(key) else None


def _variables(container: Part) -> Iterator[Problem]:
    entries: list[Part] = items(container, "env")
    for index, name in twice([entry.get("name") for entry in entries]):
        reason = "is there twice, which server-side apply refuses"
        yield Problem(("env", index, "name"), name, reason)
    for index, entry in enumerate(entries):
        path = ("env", index)
        source = entry.get("valueFrom")
        if source is None:
            continue
        if entry.get("value"):
            yield Problem((*path, "valueFrom"), source, "must be absent beside value")
        yield from (p.below(*path, "valueFrom") for p in exactly_one(source, _SOURCES))
        field = section(source, "fieldRef").get("fieldPath", "metadata.name")
        if not _FIELD.fullmatch(field):
            place = (*path, "valueFrom", "fieldRef", "fieldPath")
            yield Problem(place, field, "is no field that a variable can have", "metadata.name")
        resource = section(source, "resourceFieldRef").get("resource", "limits.cpu")
        if not _RESOURCE.fullmatch(resource):
            place = (*path, "valueFrom", "resourceFieldRef", "resource")
            yield Problem(place, resource, "is no resource of a container", "limits.memory")
    for index, entry in enumerate(items(container, "envFrom")):
        sources = exactly_one(entry, ("configMapRef", "secretRef"))
        yield from (p.below("envFrom", index) for p in sources)


def _mounts(container: Part, volumes: set[str]) -> Iterator[Problem]:
    mounts: list[Part] = items(container, "volumeMounts")
    for index, path in twice([mount.get("mountPath") for mount in mounts]):
        yield Problem(("volumeMounts", index, "mountPath"), path, "is there twice")
    for index, mount in enumerate(mounts):
        name = mount.get("name")
        if name not in volumes:
            reason = f"is no volume of the pod, which has {', '.join(sorted(volumes)) or 'none'}"
            yield Problem(("volumeMounts", index, "name"), name, reason)
        if mount.get("subPath") and mount.get("subPathExpr"):
            place = ("volumeMounts", index, "subPathExpr")
            yield Problem(place, mount["subPathExpr"], "must be absent beside subPath")


def _handlers(container: Part, *, is_sidecar: bool) -> Iterator[Problem]:
    named = {port.get("name") for port in items(container, "ports")}
    for name in (*_PROBES, "lifecycle"):
        if name in container and not is_sidecar:
            reason = "must be absent in an init container without `restartPolicy: Always`"
            yield Problem((name,), None, reason)
    for name in _PROBES:
        if (probe := container.get(name)) is not None:
            yield from (p.below(name) for p in _probe(name, probe, named))
    for hook, handler in section(container, "lifecycle").items():
        if isinstance(handler, Mapping):
            yield from (p.below("lifecycle", hook) for p in exactly_one(handler, _HOOKS))  # pyright: ignore[reportUnknownArgumentType]


def _probe(name: str, probe: Part, named: set[Any]) -> Iterator[Problem]:
    yield from exactly_one(probe, _HANDLERS)
    if name != "readinessProbe" and probe.get("successThreshold", 1) != 1:
        yield Problem(("successThreshold",), probe["successThreshold"], "must be 1", "1")
    if name == "readinessProbe" and "terminationGracePeriodSeconds" in probe:
        value = probe["terminationGracePeriodSeconds"]
        yield Problem(("terminationGracePeriodSeconds",), value, "must be absent in this probe")
    for handler in ("httpGet", "tcpSocket"):
        port = section(probe, handler).get("port")
        if isinstance(port, str) and not port.isdecimal() and port not in named:
            yield Problem((handler, "port"), port, "is the name of no port of the container")
    if "exec" in probe and not probe["exec"].get("command"):
        yield Problem(("exec", "command"), None, "is required", "[cat, /tmp/ready]")


def _privileges(context: Part) -> Iterator[Problem]:
    if context.get("allowPrivilegeEscalation") is False:
        added = items(section(context, "capabilities"), "add")
        if context.get("privileged"):
            yield Problem(
                ("allowPrivilegeEscalation",), False, "must not be false beside privileged"
            )
        elif "CAP_SYS_ADMIN" in added:
            reason = "must not be false beside the capability CAP_SYS_ADMIN"
            yield Problem(("allowPrivilegeEscalation",), False, reason)
    yield from identity_problems(context)


def identity_problems(context: Part) -> Iterator[Problem]:
    """Yield what is wrong with the security context of a container or a pod."""
    if context.get("runAsNonRoot") and context.get("runAsUser") == 0:
        yield Problem(("runAsUser",), 0, "must not be 0 beside runAsNonRoot", "10001")
    profile = section(context, "seccompProfile")
    if profile.get("type") == "Localhost" and not profile.get("localhostProfile"):
        place = ("seccompProfile", "localhostProfile")
        yield Problem(place, None, "is required with the type Localhost", "profiles/web.json")
    if profile.get("type") != "Localhost" and "localhostProfile" in profile:
        value = profile["localhostProfile"]
        yield Problem(
            ("seccompProfile", "localhostProfile"), value, "must be absent without type Localhost"
        )
