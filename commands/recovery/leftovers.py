"""Containers that a killed run made before the state could say so."""

from collections.abc import Mapping
from typing import Any

from commands import state
from commands.engine import docker


def remove(deployment: Mapping[str, Any]) -> None:
    """Remove the containers with the stack's mark that its state does not know.

    Their data is in named volumes, which stay.
    """
    mark = state.mark(deployment)
    if mark is None:
        return
    known = {str(one["id"]) for one in state.resources(deployment, ":Container")}
    label = f"label=slipway.dev/mark={mark}"
    listed = docker("ps", "--all", "--quiet", "--no-trunc", "--filter", label).split()
    unknown = [container for container in listed if container not in known]
    if unknown:
        print(f"removing {len(unknown)} container(s) of a run that was broken off", flush=True)
        docker("rm", "--force", *unknown)
