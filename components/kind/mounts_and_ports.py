"""What a worker's container has of this machine: mounts and ports.

A container has them for life, so a worker whose settings say otherwise is made anew. What it has
is read from the container itself: a node that is at odds with the stack file is found, whatever
the state says.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from ..dynamic import Properties

Container = dict[str, Any]

_ADDRESS = "127.0.0.1"
_OF_EVERY_NODE = frozenset({"/lib/modules", "/dev/mapper"})
"""Mounts that kind gives to its nodes by itself."""

KINDS = ("mounts", "ports")


def docker_options(worker: Properties) -> list[str]:
    """The options of `docker run` for a worker's mounts and ports, as kind gives them."""
    options: list[str] = []
    for mount in worker.get("mounts", ()):
        attributes = ":ro" if mount["readOnly"] else ""
        options += ["--volume", f"{mount['host']}:{mount['container']}{attributes}"]
    for port in worker.get("ports", ()):
        host, inside = int(port["host"]), int(port["container"])
        options += ["--publish", f"{_ADDRESS}:{host}:{inside}/{port['protocol']}"]
    return options


def kind_options(worker: Properties) -> dict[str, Any]:
    """What kind's configuration says of a worker's mounts and ports.

    https://kind.sigs.k8s.io/docs/user/configuration/#extra-mounts
    """
    mounts = [
        {
            "hostPath": mount["host"],
            "containerPath": mount["container"],
            "readOnly": bool(mount["readOnly"]),
        }
        for mount in worker.get("mounts", ())
    ]
    ports = [
        {
            "hostPort": int(port["host"]),
            "containerPort": int(port["container"]),
            "listenAddress": _ADDRESS,
            "protocol": port["protocol"],
        }
        for port in worker.get("ports", ())
    ]
    return {key: value for key, value in
            (("extraMounts", mounts), ("extraPortMappings", ports)) if value}  # fmt: skip


def at_odds(worker: Properties, container: Container) -> list[str]:
    """Which of mounts and ports are not as the worker's settings say."""
    asked = {"mounts": set(_mounts(worker)), "ports": set(_ports(worker))}
    held = {"mounts": set(_mounts_of(container)), "ports": set(held_ports(container))}
    return [kind for kind in KINDS if asked[kind] != held[kind]]


def wanted_ports(worker: Properties) -> list[tuple[int, str]]:
    """The ports of this machine that a worker's settings ask for, with their protocols."""
    return [(host, inside.partition("/")[2]) for host, inside in _ports(worker)]


def held_ports(container: Container) -> Iterator[tuple[int, str]]:
    """The ports of this machine that lead to a container, and where in it: `80/tcp`."""
    bindings: dict[str, Sequence[dict[str, str]] | None] = (
        container["HostConfig"].get("PortBindings") or {}
    )
    for inside, places in bindings.items():
        for place in places or ():
            yield int(place["HostPort"]), inside


def _ports(worker: Properties) -> Iterator[tuple[int, str]]:
    for port in worker.get("ports", ()):
        yield int(port["host"]), f"{int(port['container'])}/{port['protocol'].lower()}"


def _mounts(worker: Properties) -> Iterator[tuple[str, str, bool]]:
    for mount in worker.get("mounts", ()):
        yield mount["host"], mount["container"], bool(mount["readOnly"])


def _mounts_of(container: Container) -> Iterator[tuple[str, str, bool]]:
    binds: Sequence[str] = container["HostConfig"].get("Binds") or ()
    for bind in binds:
        host, inside, *attributes = bind.split(":")
        if inside not in _OF_EVERY_NODE:
            yield host, inside, "ro" in ",".join(attributes).split(",")
