"""Containers that a killed run made and did not record in the state."""

from collections.abc import Mapping
from typing import Any

from commands import state
from commands.docker import docker


def remove(deployment: Mapping[str, Any]) -> None:
    """Remove the containers with the stack's mark that are not in its state.

    Their data is in named volumes, which stay.
    """
    mark = state.mark(deployment)
    if mark is None:
        return
    known = {str(container["id"]) for container in state.resources(deployment, ":Container")}
    label = f"label=slipway.dev/mark={mark}"
    listed = docker("ps", "--all", "--quiet", "--no-trunc", "--filter", label).split()
    unknown = [container for container in listed if container not in known]
    if unknown:
        print(f"removing {len(unknown)} container(s) of an interrupted run", flush=True)
        docker("rm", "--force", *unknown)
