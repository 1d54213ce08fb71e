"""The registries of a kind cluster's nodes: the stack's own, and mirrors of others."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ..registry.containerd_hosts import (
    mirror_files,
    registry_files,
    remove_other_mirrors,
    write_files,
)
from .containers import KindContainers
from .inputs import KindNodesInputs


def configure_registries(
    containers: KindContainers, desired: KindNodesInputs, nodes: Sequence[str]
) -> None:
    """Write where nodes pull from, and remove mirrors that are no longer desired.

    containerd reads this at the next pull. Mirrors have a mark in the node, so that those of a
    killed run are removed too.
    """
    own = registry_files(desired.registry_host, desired.registry_container)
    files = {**mirror_files(desired.mirrors), **own}

    def configure(node: str) -> None:
        write_files(containers.runner, node, files)
        remove_other_mirrors(containers.runner, node, desired.mirrors)

    with ThreadPoolExecutor() as pool:
        list(pool.map(configure, nodes))
