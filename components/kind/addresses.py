"""The addresses of a cluster's nodes, kept over a restart of Docker.

Docker gives addresses in the order in which containers start. A node finds itself at another one
without harm, but the members of a replicated etcd know each other by address: they would not find
each other, and the cluster would be lost with all that is in it. So whatever kind did not make
gets a fixed address, and only kind's own nodes may find themselves at another one.
https://github.com/kubernetes-sigs/kind/issues/2045
"""

import itertools
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from ..machine.docker import inspect, ipv4_config
from ..machine.runner import LocalError, Runner
from .roles import Container, Role, balancer_name, name_of, node_number, role_of, runs

REGISTRY, BALANCER = 1, 2
"""Places from the end of a network's range."""

_PLACES = {Role.CONTROL_PLANE: 10, Role.WORKER: 40}
"""The same of nodes, followed by the nodes' numbers."""

_NOT_OF_NODES = 5
"""Addresses of a range that no node has: its first and last, the gateway's, and those two."""

_STOP_SECONDS = 3


def reserved(runner: Runner, network: str, place: int) -> str:
    """Return a fixed address. Docker itself gives addresses from the start of the range."""
    last = subnet(runner, network).broadcast_address
    return str(last - place)


def most_nodes(free: IPv4Network) -> int:
    """Return the number of nodes that a range has room for; below 0 for a tiny one."""
    return free.num_addresses - _NOT_OF_NODES


def free_address(free: IPv4Network, place: int, taken: Collection[str]) -> IPv4Address | None:
    """Return an address of a node: the one at its place from the end, else the last free one.

    In small ranges, as `default-address-pools` may have them, places lie outside, or where Docker
    has put other nodes. None where all are taken.
    """
    first, last = int(free.network_address) + 2, int(free.broadcast_address) - BALANCER - 1
    usual = int(free.broadcast_address) - place
    for number in itertools.chain([usual], range(last, first - 1, -1)):
        address = IPv4Address(number)
        if first <= number <= last and str(address) not in taken:
            return address
    return None


def fixed_address(
    runner: Runner, cluster: str, name: str, role: Role, taken: Collection[str]
) -> str:
    """Return the address in the cluster's network of a node that kind does not make.

    Raises LocalError where all addresses are taken.
    """
    free = subnet(runner, cluster)
    place = _PLACES[role] + node_number(cluster, role, name)
    address = free_address(free, place, taken)
    if address is None:
        raise LocalError(
            f"the container network {cluster} has no address left for {name}: all of {free} are "
            "taken",
            next_step=f"disconnect what is no node (`docker network inspect {cluster}` lists it), "
            "or ask for fewer nodes; then `pulumi up`",
        )
    return str(address)


def taken_addresses(containers: Sequence[Container], network: str) -> set[str]:
    """Return the addresses in a network that containers have, or will have when they start."""
    taken: set[str] = set()
    for container in containers:
        end: dict[str, Any] = container["NetworkSettings"]["Networks"].get(network) or {}
        requested: dict[str, str] = end.get("IPAMConfig") or {}
        taken |= {str(end.get("IPAddress") or ""), requested.get("IPv4Address") or ""}
    return taken - {""}


def subnet(runner: Runner, network: str) -> IPv4Network:
    """Return the range of a network's addresses.  Raises LocalError where there is no network."""
    shown = inspect(runner, "network", network)
    if shown is None:
        raise LocalError(
            f"the container network {network} is missing, without which no node reaches another",
            next_step=f"`kind delete cluster --name {network}`, then `pulumi up` recreates both",
        )
    return IPv4Network(ipv4_config(shown)["Subnet"])


def addresses(nodes: Sequence[Container], network: str) -> dict[str, str]:
    """Return the address of each running node in a network, by name."""
    return {
        name_of(node): str(
            node["NetworkSettings"]["Networks"].get(network, {}).get("IPAddress", "")
        )
        for node in nodes
        if runs(node)
    }


def moved(nodes: Sequence[Container], network: str, previous: Mapping[str, str]) -> list[str]:
    """Return the running nodes whose address is not the previous one."""
    current = addresses(nodes, network)
    return [name for name, address in current.items() if previous.get(name, address) != address]


def restore(
    runner: Runner,
    cluster: str,
    nodes: Sequence[Container],
    previous: Mapping[str, str],
    registry: str,
) -> None:
    """Give nodes their previous addresses, for good, and restart them.

    The registry and the load balancer keep theirs. Everything leaves the network first, as
    another container may have a node's address now. Docker keeps an address that was requested
    over every later restart.
    """
    names = {name_of(node): Role(role_of(node)) for node in nodes}
    kept = {name: previous[name] for name in names if previous.get(name)}
    for name in names.keys() - kept.keys():
        kept[name] = fixed_address(runner, cluster, name, names[name], [*kept.values()])
    kept[registry] = reserved(runner, cluster, REGISTRY)
    kept[balancer_name(cluster)] = reserved(runner, cluster, BALANCER)
    network = inspect(runner, "network", cluster) or {}
    for member in network.get("Containers", {}).values():
        runner.run("docker", "network", "disconnect", "--force", cluster, str(member["Name"]))
    for name, address in kept.items():
        runner.run("docker", "network", "connect", "--ip", address, cluster, name)

    def restart(name: str) -> None:
        runner.run("docker", "restart", "--time", str(_STOP_SECONDS), name)

    with ThreadPoolExecutor() as pool:
        list(pool.map(restart, names))
