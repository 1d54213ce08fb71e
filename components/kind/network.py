"""The container network of a kind cluster."""

from ipaddress import IPv4Network

from ..machine import labels
from ..machine.docker import inspect
from ..machine.networks import bridge_options
from ..machine.runner import LocalError, Runner
from .addresses import most_nodes, subnet


def make_network(runner: Runner, name: str, mark: str, nodes: int) -> None:
    """Make a network with a given range of addresses: only in one can nodes keep theirs.

    Docker chooses the range first, for a trial network, as it knows what is free. Raises
    LocalError where that has no room for so many nodes.
    """
    label, trial = f"{labels.MARK}={mark}", _trial(name)
    if inspect(runner, "network", trial) is None:
        runner.run("docker", "network", "create", "--label", label, trial)
    free = subnet(runner, trial)
    runner.run("docker", "network", "rm", trial)
    if message := shortage(free, nodes):
        raise LocalError(message)
    create = ("docker", "network", "create", "--label", label, *bridge_options(runner, name))
    runner.run(*create, "--subnet", str(free), name)


def shortage(free: IPv4Network, nodes: int) -> str | None:
    """Return why a range of addresses has no room for so many nodes; None where it has."""
    if nodes <= most_nodes(free):
        return None
    return (
        f"the container network's range {free} has room for {max(0, most_nodes(free))} nodes, and "
        f"not for {nodes}: ask for fewer; or set a smaller `size`, such as 24, in "
        "`default-address-pools` of Docker's daemon.json, restart Docker, and recreate the cluster"
    )


def remove_network(runner: Runner, name: str) -> None:
    """Remove the network, and the trial network that a killed run may have left.

    What is still connected, when the nodes are gone, does not keep it.
    """
    if inspect(runner, "network", _trial(name)) is not None:
        runner.run("docker", "network", "rm", _trial(name))
    if network := inspect(runner, "network", name):
        for container in network.get("Containers", {}):
            runner.run("docker", "network", "disconnect", "--force", name, container)
        runner.run("docker", "network", "rm", name)


def _trial(name: str) -> str:
    """Return the name of the network that shows which addresses are free."""
    return f"{name}-trial"
