"""The container network of a kind cluster."""

from ..machine import labels
from ..machine.docker import inspect
from ..machine.runner import Runner
from .addresses import subnet


def make_network(runner: Runner, name: str, mark: str) -> None:
    """Make a network with a given range of addresses: only in one can nodes keep theirs.

    Docker chooses the range first, for a trial network, as it knows what is free.
    """
    label, trial = f"{labels.MARK}={mark}", _trial(name)
    if inspect(runner, "network", trial) is None:
        runner.run("docker", "network", "create", "--label", label, trial)
    free = str(subnet(runner, trial))
    runner.run("docker", "network", "rm", trial)
    runner.run("docker", "network", "create", "--label", label, "--subnet", free, name)


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
