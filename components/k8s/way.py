"""The way to a cluster: the address, authority and credentials in a kubeconfig with one cluster.

The way changes where the cluster stays: another port after a restart, renewed certificates.
"""

from typing import Any

import yaml

_NOTES = "extensions"
"""Key of what tools note in a kubeconfig, such as the time when they wrote it."""


def is_same_way(one: str, other: str) -> bool:
    """Return whether two kubeconfigs have the same address, authority and credentials."""
    return _way(one) == _way(other)


def without_notes(kubeconfig: str) -> str:
    """Return a kubeconfig without the notes of tools, so that it is the same when read again."""
    content: dict[str, Any] = yaml.safe_load(kubeconfig)
    for part, entry in (("clusters", "cluster"), ("contexts", "context")):
        for each in content[part]:
            each[entry].pop(_NOTES, None)
    return yaml.safe_dump(content)


def _way(kubeconfig: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    content: dict[str, Any] | None = yaml.safe_load(kubeconfig)
    if not content:
        return None
    cluster: dict[str, Any] = content["clusters"][0]["cluster"]
    user: dict[str, Any] = content["users"][0]["user"]
    return {key: value for key, value in cluster.items() if key != _NOTES}, user
