"""Checks of the folders and ports of this machine that workers are to have."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..machine import ports
from ..machine.runner import Runner
from .inputs import WorkerInputs
from .mounts_and_ports import current_ports, desired_ports
from .roles import Container


def unavailable(
    runner: Runner, workers: Mapping[str, WorkerInputs], containers: Mapping[str, Container]
) -> Iterator[str]:
    """Yield why workers that are to be made cannot have their mounts and ports.

    `containers` are those of the cluster, which may have the ports.
    """
    holders = {
        (port, inside.partition("/")[2]): name
        for name, container in containers.items()
        for port, inside in current_ports(container)
    }
    for name, worker in workers.items():
        for mount in worker.mounts:
            if not Path(mount.host).exists():
                yield (
                    f"{mount.host}, which {name} is to mount, is not on this machine; make it, or "
                    "leave the mount out (`workers[].mounts`)"
                )
        for port, protocol in desired_ports(worker):
            holder = holders.get((port, protocol))
            if holder not in (None, name):
                yield (
                    f"port {port}, asked for by {name}, leads to {holder} until that node is "
                    "recreated; take it from there first, in an update of its own"
                )
            if holder is None and protocol == "tcp" and not ports.is_free(port):
                yield (
                    f"port {port} of 127.0.0.1, asked for by {name}, is taken by "
                    f"{ports.holder(port, runner)}; free it, or set another (`workers[].ports`)"
                )
