"""The container engine of this machine, through its command `docker`."""

import json
from collections.abc import Sequence
from typing import Any

from .runner import CommandError, LocalError, Runner

_ANSWER_SECONDS = 4


def require_engine(runner: Runner) -> None:
    """Raise LocalError, in words and within 5 s, when no Docker Engine answers."""
    try:
        runner.run("docker", "version", "--format", "{{.Server.Version}}", timeout=_ANSWER_SECONDS)
    except CommandError as error:
        raise LocalError(
            "the Docker Engine does not answer, and everything here needs it; start it "
            f"(`make setup` does where it may), then run the same command again\n({error})"
        ) from None


def inspect(runner: Runner, kind: str, name: str) -> dict[str, Any] | None:
    """What the engine knows of a `container` or `network`, or None if there is none."""
    try:
        found: list[dict[str, Any]] = json.loads(runner.run("docker", kind, "inspect", name))
    except CommandError as error:
        if "no such" in error.output.lower() or "not found" in error.output.lower():
            return None
        raise
    return found[0]


def inspect_all(runner: Runner, label: str, *filters: str) -> Sequence[dict[str, Any]]:
    """What the engine knows of all containers with a label (`key=value`), running or not.

    `filters` are more of those that `docker ps` knows, e.g. `network=name`.
    """
    more = [word for one in filters for word in ("--filter", one)]
    listed = runner.run("docker", "ps", "--all", "--quiet", "--filter", f"label={label}", *more)
    ids = listed.split()
    return json.loads(runner.run("docker", "inspect", *ids)) if ids else []


def ipv4_config(network: dict[str, Any]) -> dict[str, str]:
    """Subnet and gateway of a network, as `inspect` shows it, that has others beside perhaps."""
    configs: list[dict[str, str]] = network["IPAM"]["Config"]
    return next(config for config in configs if ":" not in config["Subnet"])
