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

CURL = ("curl", "--silent", "--show-error", "--fail", "--max-time", "5", "--noproxy", "*")
"""Words of a request in a node to a container beside it: what a proxy would not reach."""

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

    minikube counts them up from the gateway's, and Docker would give the next one away. A small
    range's last address is as far as it goes. Raises LocalError where all are taken.
    """
    subnet = ipaddress.IPv4Network(ipv4_config(network)["Subnet"])
    members: dict[str, Any] = network.get("Containers") or {}
    taken = {str(member.get("IPv4Address", "")).partition("/")[0] for member in members.values()}
    high, last = subnet.network_address + _HIGH, subnet.broadcast_address - 1
    addresses = [high + step for step in range(_TRIED)] if high + _TRIED <= last else []
    first = max(int(subnet.network_address) + 1, int(last) - _TRIED)
    addresses += [ipaddress.IPv4Address(number) for number in range(int(last), first, -1)]
    for address in addresses:
        if str(address) not in taken:
            return str(address)
    name = network.get("Name", "")
    raise LocalError(
        f"the container network {name} has no address left for the registry: all of {subnet} are "
        "taken",
        next_step=f"disconnect what is no node (`docker network inspect {name}` lists it)",
    )


def verify(runner: Runner, node: str, registry: str) -> None:
    """Ask the registry from a node.  Raises LocalError when it does not answer there."""
    try:
        runner.run("docker", "exec", node, *CURL, f"{registry_url(registry)}/v2/")
    except CommandError as error:
        raise LocalError(
            f"the node {node} does not reach the registry {registry}",
            details=error,
            next_step=NETWORK_FIX,
        ) from None
