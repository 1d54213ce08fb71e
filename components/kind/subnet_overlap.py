"""Ranges of a new cluster that Docker's networks use."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..machine.runner import Runner
from .subnets import overlapping


def subnet_clashes(
    runner: Runner, cluster: str, ranges: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield each of `ranges` (by setting) that a Docker network overlaps, and why it is refused.

    Pods and services would hide what is on such a network from the nodes. Docker is asked, and
    nothing is made.
    """
    ids = runner.run("docker", "network", "ls", "--quiet").split()
    networks: list[dict[str, Any]] = (
        json.loads(runner.run("docker", "network", "inspect", *ids)) if ids else []
    )
    for setting, desired in ranges.items():
        for network in networks:
            for subnet in _subnets(network):
                if overlapping(desired, subnet):
                    overlap = f"{setting} {desired} overlaps {subnet}"
                    yield setting, f"{overlap} {_remedy(setting, network['Name'], cluster)}"


def _subnets(network: dict[str, Any]) -> Iterator[str]:
    """Yield the ranges of IPv4 addresses of a network."""
    management: dict[str, Any] = network.get("IPAM") or {}
    configs: list[dict[str, str]] = management.get("Config") or []
    for config in configs:
        if "." in (subnet := config.get("Subnet", "")):
            yield subnet


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
