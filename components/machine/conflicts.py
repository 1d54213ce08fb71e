"""What has a stack's names on this machine, and belongs to another owner.

Docker would return a volume or a network of the same name as if it had just created it, and
destroying the stack would then remove what it does not own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import labels
from .docker import inspect, inspect_all
from .runner import Runner


@dataclass(frozen=True)
class Conflict:
    """A thing with a name that the stack needs, and the command that removes it."""

    thing: str
    removal: str


def find_conflicts(runner: Runner, cluster: str, registry: str, mark: str) -> list[Conflict]:
    """Return what has the name of a stack's cluster (and network) or registry, and not its mark.

    A cluster or registry without a name (empty) is left out.
    """
    conflicts: list[Conflict] = []
    network = inspect(runner, "network", cluster) if cluster else None
    if cluster and (network is None or mark_of(network) != mark):
        if inspect_all(runner, f"{labels.CLUSTER}={cluster}"):
            removal = f"kind delete cluster --name {cluster}"
            conflicts.append(Conflict(f"the kind cluster {cluster}", removal))
        if network is not None:
            removal = f"docker network rm {cluster}"
            conflicts.append(Conflict(f"the container network {cluster}", removal))
    for kind, removal in (("container", "docker rm --force"), ("volume", "docker volume rm")):
        thing = inspect(runner, kind, registry) if registry else None
        if thing is not None and mark_of(thing) != mark:
            conflicts.append(Conflict(f"the {kind} {registry}", f"{removal} {registry}"))
    return conflicts


def conflict_message(conflicts: Sequence[Conflict]) -> str:
    """Return why the stack cannot be created beside these, and what to do."""
    things = ", ".join(conflict.thing for conflict in conflicts)
    removals = "; ".join(conflict.removal for conflict in conflicts)
    return (
        f"already exists and is not owned by this stack: {things}. If another checkout owns it, "
        f"use a stack of another name; if it is not needed: {removals}"
    )


def mark_of(thing: dict[str, Any]) -> str | None:
    """Return the mark of the stack that owns a container, network or volume, as Docker shows it."""
    # Containers have their labels among the settings; networks and volumes may have none at all.
    all_labels: dict[str, str] | None = thing.get("Config", thing)["Labels"]
    return (all_labels or {}).get(labels.MARK)
