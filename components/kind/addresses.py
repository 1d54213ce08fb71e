"""The addresses of a cluster's nodes, kept over a restart of Docker.

Docker gives addresses in the order in which containers start. A node finds itself at another one
without harm, but the members of a replicated etcd know each other by address: they would not find
each other, and the cluster would be lost with all that is in it. So whatever kind did not make
gets a fixed address, and only kind's own nodes may find themselves at another one.
https://github.com/kubernetes-sigs/kind/issues/2045
"""

import ipaddress
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..machine.docker import inspect
from ..machine.runner import Runner

REGISTRY, BALANCER, CONTROL_PLANES, WORKERS = 1, 2, 10, 40
"""Places from the end of a network's range; those of nodes are followed by the nodes' numbers."""

Container = dict[str, Any]

_STOP_SECONDS = 3


def reserved(runner: Runner, network: str, place: int) -> str:
    """A fixed address. Docker itself gives addresses from the start of the range."""
    last = subnet(runner, network).broadcast_address
    return str(last - place)


def subnet(runner: Runner, network: str) -> ipaddress.IPv4Network:
    """The range of a network's addresses."""
    ranges = (inspect(runner, "network", network) or {})["IPAM"]["Config"]
    return next(ipaddress.IPv4Network(one["Subnet"]) for one in ranges if ":" not in one["Subnet"])


def addresses(nodes: Sequence[Container], network: str) -> dict[str, str]:
    """The address of each running node in a network, by name."""
    return {
        str(node["Name"]).lstrip("/"): str(
            node["NetworkSettings"]["Networks"].get(network, {}).get("IPAddress", "")
        )
        for node in nodes
        if node["State"]["Running"]
    }


def moved(nodes: Sequence[Container], network: str, held: Mapping[str, str]) -> list[str]:
    """The running nodes whose address is not the one that they had."""
    now = addresses(nodes, network)
    return [name for name, address in now.items() if held.get(name, address) != address]


def restore(
    runner: Runner, network: str, nodes: Mapping[str, str], others: Mapping[str, str]
) -> None:
    """Give nodes the addresses that they had, for good, and restart them; `others` keep theirs.

    Everything leaves the network first, as another container may have a node's address now.
    Docker keeps an address that was asked for over every later restart.
    """
    found = inspect(runner, "network", network) or {}
    for member in found.get("Containers", {}).values():
        runner.run("docker", "network", "disconnect", "--force", network, str(member["Name"]))
    for name, address in {**nodes, **others}.items():
        runner.run("docker", "network", "connect", "--ip", address, network, name)

    def restart(name: str) -> None:
        runner.run("docker", "restart", "--time", str(_STOP_SECONDS), name)

    with ThreadPoolExecutor() as pool:
        list(pool.map(restart, nodes))
