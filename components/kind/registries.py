"""Where the nodes of a kind cluster pull images: the stack's registry, and mirrors of others."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ..dynamic import Properties
from ..registry.mirror_hosts import FOLDER, mirror_files, removal
from ..registry.node_access import hosts_file
from .containers import KindContainers


def admit_registries(containers: KindContainers, props: Properties, nodes: Sequence[str]) -> None:
    """Tell nodes where to pull, and take mirrors away that are no more in `props`.

    containerd reads this at the next pull. What is taken away is told by its mark in the node.
    """
    mirrors: dict[str, list[str]] = props.get("mirrors") or {}
    own = f"{FOLDER}/{props['registryHost']}/hosts.toml"
    files = {**mirror_files(mirrors), own: hosts_file(props["registryContainer"])}
    script = removal(mirrors)

    def admit(node: str) -> None:
        for path, text in files.items():
            folder = path.rpartition("/")[0]
            write = f"mkdir -p {folder} && cat > {path}"
            containers.exec(node, "sh", "-c", write, stdin=text)
        containers.exec(node, "sh", "-c", script)

    with ThreadPoolExecutor() as pool:
        list(pool.map(admit, nodes))
