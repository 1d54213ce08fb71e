"""Ranges of a new cluster that Docker's networks use."""

from collections.abc import Iterator, Mapping

from ..machine.docker import ipv4_configs, networks
from ..machine.runner import Runner
from .subnets import overlapping


def subnet_clashes(
    runner: Runner, cluster: str, ranges: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield each of `ranges` (by setting) that a Docker network overlaps, and why it is refused.

    Pods and services would hide what is on such a network from the nodes. Docker is asked, and
    nothing is made.
    """
    existing = networks(runner)
    for setting, desired in ranges.items():
        for network in existing:
            for subnet in [config["Subnet"] for config in ipv4_configs(network)]:
                if overlapping(desired, subnet):
                    overlap = f"{setting} {desired} overlaps {subnet}"
                    yield setting, f"{overlap} {_remedy(setting, network['Name'], cluster)}"


def _remedy(setting: str, network: str, cluster: str) -> str:
    """Return the network in words, and how to end the overlap."""
    if network == cluster:
        return (
            "of the cluster's own network in the Docker Engine; choose another range for "
            f"{setting}, as Docker keeps the network"
        )
    return (
        f"of the network {network} in the Docker Engine; choose another range for {setting}, or, "
        f"if nobody needs the network, docker network rm {network}"
    )
