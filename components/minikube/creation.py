"""Making and removing a minikube profile, with the container network that carries its mark."""

from typing import Any

from ..machine import labels
from ..machine.docker import inspect, ipv4_config
from ..machine.networks import bridge_options
from ..machine.runner import CommandError, LocalError, Runner
from .cli import Minikube, Profile
from .inputs import MinikubeProfileInputs
from .start_flags import start_flags

_COMPLETE = "/var/lib/slipway-complete"
"""File in the first node with the mark of the stack whose `minikube start` completed."""


def make_profile(runner: Runner, minikube: Minikube, inputs: MinikubeProfileInputs) -> None:
    """Let minikube make a profile, in place of what an earlier run left.  Raises LocalError."""
    remove_profile(runner, minikube)
    network, mark = minikube.profile, f"{labels.MARK}={inputs.mark}"
    create = ("docker", "network", "create", f"--label={mark}", f"--label={labels.MINIKUBE}")
    # Docker chooses the addresses, and is given its choice: only in a network with addresses that
    # were given may a container have one that was given.
    runner.run(*create, network)
    config = ipv4_config(inspect(runner, "network", network) or {})
    runner.run("docker", "network", "rm", network)
    subnet = (f"--subnet={config['Subnet']}", f"--gateway={config['Gateway']}")
    runner.run(*create, *bridge_options(runner, network), *subnet, network)
    minikube.start(*start_flags(inputs))
    script = f"echo {inputs.mark} > {_COMPLETE}"
    runner.run("docker", "exec", minikube.profile, "sh", "-c", script)


def remove_profile(runner: Runner, minikube: Minikube) -> None:
    """Remove what exists of a profile that the stack owns, its network included."""
    name = minikube.profile
    network = inspect(runner, "network", name) or {}
    members: dict[str, Any] = network.get("Containers") or {}
    for id_, member in members.items():
        # minikube would leave a network with containers other than its nodes.
        if member["Name"] != name and not member["Name"].startswith(f"{name}-m"):
            runner.run("docker", "network", "disconnect", "--force", name, id_)
    if inspect(runner, "container", name) is not None or minikube.get() is not None:
        minikube.delete()
    if inspect(runner, "network", name) is not None:
        runner.run("docker", "network", "rm", name)


def start_stopped(minikube: Minikube) -> None:
    """Start a profile that is stopped.  Raises LocalError for one that cannot be started."""
    state = minikube.state()
    if state in ("broken", "missing"):
        name = minikube.profile
        raise LocalError(
            f"the minikube profile {name} is neither running nor stopped, and is not owned by this "
            f"stack: see `minikube status --profile {name}`",
            next_step=f"`minikube delete --profile {name}` removes it, and `pulumi up` makes one "
            "that the stack owns",
        )
    if state == "stopped":
        minikube.start()


def is_complete(
    runner: Runner, minikube: Minikube, profile: Profile, inputs: MinikubeProfileInputs
) -> bool:
    """Return whether a profile is as described, and was completed by a run that was killed."""
    if inputs.differences(profile.characteristics).keys() - {"nodes"}:
        return False
    try:
        start_stopped(minikube)
        mark = runner.run("docker", "exec", minikube.profile, "cat", _COMPLETE)
    except LocalError:
        return False
    return mark.strip() == inputs.mark


def is_incomplete(runner: Runner, name: str) -> bool:
    """Return whether a run that was killed did not complete a profile; False if not known."""
    try:
        runner.run("docker", "exec", name, "cat", _COMPLETE)
    except CommandError as error:
        return "no such file" in error.output.lower()
    return False
