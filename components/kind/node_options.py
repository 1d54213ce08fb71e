"""The options of a kind node's container, read from a node that exists.

kind chooses them for the machine: by its storage driver, its user namespaces, its proxies. A node
that is added later gets what the others have, whatever that is.
https://docs.docker.com/reference/cli/docker/container/run/ describes the options.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .roles import Container, Role, role_of

_ADMINISTRATOR = "KUBECONFIG"
"""Variable that kind gives to control planes alone."""

_PROXY = "_proxy"
"""End of the names of variables that may hold a password: never words of a command."""


@dataclass(frozen=True)
class NodeOptions:
    """Options of `docker run`, and the variables that these take from its own environment."""

    words: tuple[str, ...]
    environment: Mapping[str, str]


def node_options(
    nodes: Sequence[Container], role: Role, injected: Collection[str] = ()
) -> NodeOptions:
    """Return what a new node of a role has in common with `nodes`, which exist.

    The pattern is one of the same role; the first control plane, where there is none. A worker's
    mounts are its own: what a control plane has too is kind's. Variables that `docker` would add
    by itself, `injected`, are empty where the pattern has none.
    """
    leader = next(node for node in nodes if role_of(node) == Role.CONTROL_PLANE)
    pattern = next((node for node in nodes if role_of(node) == role), leader)
    entries: Sequence[str] = pattern["Config"].get("Env") or ()
    given = {entry.partition("=")[0]: entry for entry in entries}
    given = {**{name: f"{name}=" for name in injected}, **given}
    if role is Role.WORKER:
        given.pop(_ADMINISTRATOR, None)
    secret = {name: entry for name, entry in given.items() if name.lower().endswith(_PROXY)}
    # A name alone is one that kind hands on from its own environment, where it is not set.
    words = [name if name in secret else entry for name, entry in given.items()]
    return NodeOptions(
        (
            *_of_container(pattern["Config"]),
            *_of_host(pattern["HostConfig"]),
            *_each("--volume", leader["HostConfig"].get("Binds")),
            *_each("--env", words),
        ),
        {name: entry.partition("=")[2] for name, entry in secret.items()},
    )


def _of_container(config: Mapping[str, Any]) -> Iterator[str]:
    if config.get("Tty"):
        yield "--tty"
    yield from _each("--volume", config.get("Volumes"))


def _of_host(host: Mapping[str, Any]) -> Iterator[str]:
    """Yield the options that kind sets, each only where the container has it."""
    if host.get("Privileged"):
        yield "--privileged"
    if host.get("Init") is not None:
        yield f"--init={str(host['Init']).lower()}"
    if host.get("UsernsMode"):
        yield f"--userns={host['UsernsMode']}"
    if host.get("CgroupnsMode"):
        yield f"--cgroupns={host['CgroupnsMode']}"
    if host.get("RestartPolicy"):
        yield f"--restart={_restart(host['RestartPolicy'])}"
    yield from _each("--security-opt", host.get("SecurityOpt"))
    yield from _each("--tmpfs", map(_tmpfs, _pairs(host.get("Tmpfs"))))
    yield from _each("--sysctl", map("=".join, _pairs(host.get("Sysctls"))))
    yield from _each("--device", map(_device, host.get("Devices") or ()))
    yield from _each("--ulimit", map(_limit, host.get("Ulimits") or ()))


def _each(option: str, values: Iterable[str] | None) -> Iterator[str]:
    for value in values or ():
        yield from (option, value)


def _pairs(values: Mapping[str, str] | None) -> list[tuple[str, str]]:
    return [*(values or {}).items()]


def _restart(policy: Mapping[str, Any]) -> str:
    name, count = policy.get("Name") or "no", policy.get("MaximumRetryCount") or 0
    return f"{name}:{count}" if count else name


def _tmpfs(place: tuple[str, str]) -> str:
    path, options = place
    return f"{path}:{options}" if options else path


def _device(device: Mapping[str, str]) -> str:
    parts = (device["PathOnHost"], device["PathInContainer"], device["CgroupPermissions"])
    return ":".join(filter(None, parts))


def _limit(limit: Mapping[str, Any]) -> str:
    return f"{limit['Name']}={limit['Soft']}:{limit['Hard']}"
