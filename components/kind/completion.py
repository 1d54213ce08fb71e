"""The mark of a complete cluster: its API answers long before kind is done."""

import json

from ..machine.runner import CommandError, Runner
from .inputs import KindClusterInputs
from .roles import first_control_plane

_FILE = "/kind/slipway-complete"
"""File in the first control plane that says what the cluster was made from, when it is complete."""


def mark_complete(runner: Runner, cluster: KindClusterInputs) -> None:
    """Write in the first control plane that the cluster is complete."""
    first = first_control_plane(cluster.cluster)
    write = ("docker", "exec", "-i", first, "sh", "-c", f"cat > {_FILE}")
    runner.run(*write, stdin=_origin(cluster))


def is_complete(runner: Runner, cluster: KindClusterInputs) -> bool:
    """Return whether a complete cluster stands that was made from these inputs."""
    try:
        origin = runner.run("docker", "exec", first_control_plane(cluster.cluster), "cat", _FILE)
    except CommandError:
        return False
    return origin == _origin(cluster)


def is_marked(runner: Runner, cluster: str) -> bool:
    """Return whether a cluster was completed once, from whatever inputs."""
    try:
        runner.run("docker", "exec", first_control_plane(cluster), "cat", _FILE)
    except CommandError:
        return False
    return True


def _origin(cluster: KindClusterInputs) -> str:
    return json.dumps(cluster.immutable, sort_keys=True) + "\n"
