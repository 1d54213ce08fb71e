"""Docker on this machine, through its command `docker`."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .runner import CommandError, LocalError, Runner

_ANSWER_SECONDS = 4


def config_file() -> Path:
    """Return the file of Docker's own configuration, which need not exist."""
    folder = os.environ.get("DOCKER_CONFIG")
    return (Path(folder) if folder else Path.home() / ".docker") / "config.json"


def require_engine(runner: Runner) -> None:
    """Raise LocalError, in words and within 5 s, when no Docker Engine answers."""
    try:
        runner.run("docker", "version", "--format", "{{.Server.Version}}", timeout=_ANSWER_SECONDS)
    except CommandError as error:
        raise LocalError(
            "the Docker Engine does not answer, and everything here needs it",
            details=f"({error})",
            next_step="start Docker (`make setup` does where it may) and run the command again",
        ) from None


def inspect(runner: Runner, kind: str, name: str) -> dict[str, Any] | None:
    """Return a `container`, `network` or `volume` as Docker shows it, or None if there is none."""
    try:
        shown: list[dict[str, Any]] = json.loads(runner.run("docker", kind, "inspect", name))
    except CommandError as error:
        if "no such" in error.output.lower() or "not found" in error.output.lower():
            return None
        raise
    return shown[0]


def inspect_all(runner: Runner, label: str, *filters: str) -> Sequence[dict[str, Any]]:
    """Return all containers with a label (`key=value`), running or not, as Docker shows them.

    `filters` are more of those that `docker ps` knows, e.g. `network=name`.
    """
    more = [word for each in filters for word in ("--filter", each)]
    listed = runner.run("docker", "ps", "--all", "--quiet", "--filter", f"label={label}", *more)
    ids = listed.split()
    return json.loads(runner.run("docker", "inspect", *ids)) if ids else []


def networks(runner: Runner) -> Sequence[dict[str, Any]]:
    """Return all networks of this machine, as Docker shows them."""
    ids = runner.run("docker", "network", "ls", "--quiet").split()
    return json.loads(runner.run("docker", "network", "inspect", *ids)) if ids else []


def ipv4_configs(network: dict[str, Any]) -> list[dict[str, str]]:
    """Return `Subnet` and, where set, `Gateway` of each IPv4 range of a network.

    `network` is as Docker shows it. The host's own network, for one, has none.
    """
    management: dict[str, Any] = network.get("IPAM") or {}
    configs: list[dict[str, str]] = management.get("Config") or []
    return [config for config in configs if "." in config.get("Subnet", "")]


def ipv4_config(network: dict[str, Any]) -> dict[str, str]:
    """Return `Subnet` and `Gateway` of the first IPv4 range of a network, which has at least one.

    Raises LocalError for a network without.
    """
    if configs := ipv4_configs(network):
        return configs[0]
    raise LocalError(f"the Docker network {network.get('Name', '')} has no range of IPv4 addresses")
