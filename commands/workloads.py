"""A workload with its pods, events and logs, read through kubectl."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from commands.cluster import Cluster
from commands.errors import CommandError
from components.diagnosis import Reading, Trouble

_LOG_LINES = 60

Manifest = dict[str, Any]


def read(cluster: Cluster, workload: Manifest, seconds: float = 0) -> Reading:
    """Return what the cluster shows of a workload, `seconds` after its rollout began.

    Raises CommandError.
    """
    namespace = f"--namespace={workload['metadata']['namespace']}"
    labels = workload["spec"]["selector"]["matchLabels"]
    selector = "--selector=" + ",".join(f"{key}={value}" for key, value in labels.items())
    get: Callable[..., list[Manifest]] = lambda *words: cluster.get(*words)["items"]  # noqa: E731
    return Reading(
        seconds=seconds,
        now=datetime.now(UTC),
        workload=workload,
        replica_sets=tuple(get("replicasets", namespace, selector)),
        pods=tuple(get("pods", namespace, selector)),
        events=tuple(get("events", namespace)),
        nodes=tuple(get("nodes")),
    )


def last_lines(cluster: Cluster, workload: Manifest, trouble: Trouble) -> list[str]:
    """Return the last lines of the log that shows more of a trouble, if there is one."""
    if trouble.log_of is None or trouble.pod is None:
        return []
    words = ["logs", trouble.pod, f"--container={trouble.log_of.container}"]
    words += [f"--namespace={workload['metadata']['namespace']}", f"--tail={_LOG_LINES}"]
    try:
        return cluster.run(*words, *(["--previous"] * trouble.log_of.previous)).splitlines()
    except CommandError:
        return []  # the node has removed it


def secret_values(cluster: Cluster, namespace: str) -> list[str]:
    """Return the values of a namespace's Secrets; none where they may not be read."""
    try:
        secrets: list[Manifest] = cluster.get("secrets", f"--namespace={namespace}")["items"]
    except CommandError:
        return []
    contents: list[dict[str, str]] = [each.get("data") or {} for each in secrets]
    encoded = [text for content in contents for text in content.values()]
    return [base64.b64decode(text).decode(errors="replace") for text in encoded]
