"""Way of a cluster's nodes to the registry beside them: one container network."""

import ipaddress
from typing import Any

from ..machine.docker import inspect, ipv4_config
from ..machine.runner import CommandError, LocalError, Runner

_PORT = 5000
NETWORK_FIX = (
    "`pulumi up` connects them again; `docker network inspect` of the cluster's network then lists "
    "both"
)
"""What to do when a node does not reach the registry."""

_HIGH, _TRIED = 200, 50
"""Of a network with 254 addresses, as minikube makes them."""


def registry_url(container: str) -> str:
    """Return the URL by which nodes reach the registry in a container."""
    return f"http://{container}:{_PORT}"


def is_member(runner: Runner, network: str, container: str) -> bool:
    """Return whether a container is on a network."""
    shown = inspect(runner, "container", container)
    return shown is not None and network in shown["NetworkSettings"]["Networks"]


def leave(runner: Runner, network: str, container: str) -> None:
    """Take the registry off a cluster's network, so that the network can be removed."""
    if is_member(runner, network, container):
        runner.run("docker", "network", "disconnect", "--force", network, container)


def high_address(network: dict[str, Any]) -> str:
    """Return a free address of a network, as Docker shows it, that is far above those of nodes.

    minikube counts them up from the gateway's, and Docker would give the next one away.
    """
    subnet = ipaddress.ip_network(ipv4_config(network)["Subnet"])
    members: dict[str, Any] = network.get("Containers") or {}
    taken = {str(member.get("IPv4Address", "")).partition("/")[0] for member in members.values()}
    first = subnet.network_address + _HIGH
    return next(str(first + step) for step in range(_TRIED) if str(first + step) not in taken)


def verify(runner: Runner, node: str, registry: str) -> None:
    """Ask the registry from a node.  Raises LocalError when it does not answer there."""
    curl = ("curl", "--silent", "--show-error", "--fail", "--max-time", "5", "--noproxy", "*")
    try:
        runner.run("docker", "exec", node, *curl, f"{registry_url(registry)}/v2/")
    except CommandError as error:
        raise LocalError(
            f"the node {node} does not reach the registry {registry}",
            details=error,
            next_step=NETWORK_FIX,
        ) from None
