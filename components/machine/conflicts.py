"""What has a stack's names on this machine and was made by somebody else.

The engine would hand out a volume or a network of the same name as if it had just been made,
and the stack's end would then remove what is not its own.
"""

from dataclasses import dataclass
from typing import Any

from . import labels
from .docker import inspect, inspect_all
from .runner import Runner


@dataclass(frozen=True)
class Stranger:
    """A thing with a name that the stack needs, and the command that removes it."""

    what: str
    removal: str


def strangers(runner: Runner, cluster: str, registry: str, mark: str) -> list[Stranger]:
    """The strangers that have the names of a stack's cluster (and network) or registry.

    Without a name (empty), a cluster is none of them.
    """
    found: list[Stranger] = []
    network = inspect(runner, "network", cluster) if cluster else None
    if cluster and (network is None or mark_of(network) != mark):
        if inspect_all(runner, f"{labels.CLUSTER}={cluster}"):
            removal = f"kind delete cluster --name {cluster}"
            found.append(Stranger(f"the kind cluster {cluster}", removal))
        if network is not None:
            removal = f"docker network rm {cluster}"
            found.append(Stranger(f"the container network {cluster}", removal))
    for kind, removal in (("container", "docker rm --force"), ("volume", "docker volume rm")):
        thing = inspect(runner, kind, registry)
        if thing is not None and mark_of(thing) != mark:
            found.append(Stranger(f"the {kind} {registry}", f"{removal} {registry}"))
    return found


def refusal(found: list[Stranger]) -> str:
    """Why the stack cannot be made beside these, and what to do."""
    things = ", ".join(one.what for one in found)
    removals = "; ".join(one.removal for one in found)
    return (
        f"there already, and not made by this stack: {things}. They may belong to another "
        f"checkout: then use a stack of another name. If nobody needs them: {removals}"
    )


def mark_of(thing: dict[str, Any]) -> str | None:
    """The mark of the stack that made a container, network or volume, as the engine shows it."""
    # Containers have their labels among the settings; networks and volumes may have none at all.
    found: dict[str, str] | None = thing.get("Config", thing)["Labels"]
    return (found or {}).get(labels.MARK)
