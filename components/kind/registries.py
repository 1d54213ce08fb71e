"""Where the nodes of a kind cluster pull images: the stack's registry, and mirrors of others."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ..dynamic import Properties
from ..registry.containerd_hosts import (
    mirror_files,
    registry_files,
    remove_other_mirrors,
    write_files,
)
from .containers import KindContainers


def admit_registries(containers: KindContainers, props: Properties, nodes: Sequence[str]) -> None:
    """Tell nodes where to pull, and take mirrors away that are no more in `props`.

    containerd reads this at the next pull. What is taken away is told by its mark in the node.
    """
    mirrors: dict[str, list[str]] = props.get("mirrors") or {}
    own = registry_files(props["registryHost"], props["registryContainer"])
    files = {**mirror_files(mirrors), **own}

    def admit(node: str) -> None:
        write_files(containers.runner, node, files)
        remove_other_mirrors(containers.runner, node, mirrors)

    with ThreadPoolExecutor() as pool:
        list(pool.map(admit, nodes))
