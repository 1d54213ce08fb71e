"""Ranges of a new cluster that are in use by the engine's networks."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..machine.runner import Runner
from .subnets import overlapping


def subnet_clashes(
    runner: Runner, cluster: str, ranges: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Each of `ranges` (by setting) that an engine's network has too, and why it is refused.

    Pods and services would hide what is on such a network from the nodes. The engine is asked,
    and nothing is made.
    """
    ids = runner.run("docker", "network", "ls", "--quiet").split()
    networks: list[dict[str, Any]] = (
        json.loads(runner.run("docker", "network", "inspect", *ids)) if ids else []
    )
    for setting, asked in ranges.items():
        for network in networks:
            for subnet in _subnets(network):
                if overlapping(asked, subnet):
                    yield setting, _told(setting, asked, subnet, network["Name"], cluster)


def _subnets(network: dict[str, Any]) -> Iterator[str]:
    """The ranges of IPv4 addresses of a network."""
    management: dict[str, Any] = network.get("IPAM") or {}
    configs: list[dict[str, str]] = management.get("Config") or []
    for config in configs:
        if "." in (subnet := config.get("Subnet", "")):
            yield subnet


def _told(setting: str, asked: str, subnet: str, network: str, cluster: str) -> str:
    whose = f"the network {network}"
    mend = f"or, if nobody needs it, docker network rm {network}"
    if network == cluster:
        whose, mend = "the cluster's own network", "which Docker keeps as it is"
    return (
        f"{setting} {asked} overlaps {subnet} of {whose} in the Docker Engine; choose another "
        f"range for slipway:target.cluster.{setting}, {mend}"
    )
