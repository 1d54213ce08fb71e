"""The addresses of a cluster's nodes, kept over a restart of Docker.

Docker gives addresses in the order in which containers start. A node finds itself at another one
without harm, but the members of a replicated etcd know each other by address: they would not find
each other, and the cluster would be lost with all that is in it.
https://github.com/kubernetes-sigs/kind/issues/2045
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from .engine import inspect
from .kind_containers import Container, name_of, runs
from .runner import Runner

_STOP_SECONDS = 3


def addresses(nodes: Sequence[Container], network: str) -> dict[str, str]:
    """The address of each running node in a network, by name."""
    return {
        name_of(node): str(
            node["NetworkSettings"]["Networks"].get(network, {}).get("IPAddress", "")
        )
        for node in nodes
        if runs(node)
    }


def moved(nodes: Sequence[Container], network: str, held: Mapping[str, str]) -> list[str]:
    """The running nodes whose address is not the one that they had."""
    now = addresses(nodes, network)
    return [name for name, address in now.items() if held.get(name, address) != address]


def restore(runner: Runner, network: str, members: Sequence[str], held: Mapping[str, str]) -> None:
    """Give nodes the addresses that they had, for good, and restart them.

    `members` are all containers that belong on the network. Everything leaves it first, as
    another container may have a node's address now. Docker keeps an address that was asked for
    over every later restart.
    """
    found = inspect(runner, "network", network) or {}
    for member in found.get("Containers", {}).values():
        runner.run("docker", "network", "disconnect", "--force", network, str(member["Name"]))
    for name in sorted(members, key=lambda name: name not in held):
        fixed = ("--ip", held[name]) if name in held else ()
        runner.run("docker", "network", "connect", *fixed, network, name)

    def restart(name: str) -> None:
        runner.run("docker", "restart", "--time", str(_STOP_SECONDS), name)

    with ThreadPoolExecutor() as pool:
        list(pool.map(restart, [name for name in members if name in held]))
