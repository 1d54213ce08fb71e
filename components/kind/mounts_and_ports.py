"""The mounts and ports of this machine that a worker's container has.

They are immutable in a container, so a worker whose settings differ is recreated. They are read
from the container itself: a node that differs from its settings is found, whatever the state has.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from .inputs import NodeInputs, WorkerInputs
from .roles import Container

_ADDRESS = "127.0.0.1"
_OF_EVERY_NODE = frozenset({"/lib/modules", "/dev/mapper"})
"""Mounts that kind gives to its nodes by itself."""


def docker_options(node: NodeInputs) -> list[str]:
    """Return the options of `docker run` for a node's mounts and ports, as kind gives them."""
    options: list[str] = []
    if isinstance(node, WorkerInputs):
        for mount in node.mounts:
            attributes = ":ro" if mount.read_only else ""
            options += ["--volume", f"{mount.host}:{mount.container}{attributes}"]
        for port in node.ports:
            mapping = f"{_ADDRESS}:{port.host}:{port.container}/{port.protocol}"
            options += ["--publish", mapping]
    return options


def kind_options(worker: WorkerInputs) -> dict[str, Any]:
    """Return a worker's mounts and ports as kind's configuration has them.

    https://kind.sigs.k8s.io/docs/user/configuration/#extra-mounts
    """
    mounts = [
        {"hostPath": mount.host, "containerPath": mount.container, "readOnly": mount.read_only}
        for mount in worker.mounts
    ]
    ports = [
        {
            "hostPort": port.host,
            "containerPort": port.container,
            "listenAddress": _ADDRESS,
            "protocol": port.protocol,
        }
        for port in worker.ports
    ]
    return {key: value for key, value in
            (("extraMounts", mounts), ("extraPortMappings", ports)) if value}  # fmt: skip


def differences(worker: WorkerInputs, container: Container) -> list[str]:
    """Return which of mounts and ports differ between a worker's settings and its container."""
    differs = {
        "mounts": set(_desired_mounts(worker)) != set(_current_mounts(container)),
        "ports": set(_desired_ports(worker)) != set(current_ports(container)),
    }
    return [name for name, is_different in differs.items() if is_different]


def desired_ports(worker: WorkerInputs) -> list[tuple[int, str]]:
    """Return the ports of this machine in a worker's settings, with their protocols."""
    return [(port.host, port.protocol.lower()) for port in worker.ports]


def current_ports(container: Container) -> Iterator[tuple[int, str]]:
    """Yield the ports of this machine that lead to a container, and its own port: `80/tcp`."""
    bindings: dict[str, Sequence[dict[str, str]] | None] = (
        container["HostConfig"].get("PortBindings") or {}
    )
    for inside, places in bindings.items():
        for place in places or ():
            yield int(place["HostPort"]), inside


def _desired_ports(worker: WorkerInputs) -> Iterator[tuple[int, str]]:
    for port in worker.ports:
        yield port.host, f"{port.container}/{port.protocol.lower()}"


def _desired_mounts(worker: WorkerInputs) -> Iterator[tuple[str, str, bool]]:
    for mount in worker.mounts:
        yield mount.host, mount.container, mount.read_only


def _current_mounts(container: Container) -> Iterator[tuple[str, str, bool]]:
    binds: Sequence[str] = container["HostConfig"].get("Binds") or ()
    for bind in binds:
        host, inside, *attributes = bind.split(":")
        if inside not in _OF_EVERY_NODE:
            yield host, inside, "ro" in ",".join(attributes).split(",")
