"""Facts of a cluster: its UID, its version and its nodes."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import yaml

from ..machine.runner import CommandError, LocalError, Runner
from .kubectl import kubectl

_ANSWER_SECONDS = 5
_UID_SECONDS = 15


@dataclass(frozen=True)
class ClusterFacts:
    """Facts of one cluster. `nodes` and `platforms` are empty where nodes may not be listed."""

    uid: str
    """UID of the namespace kube-system, which no two clusters share."""

    server: str
    version: str
    """Version of the API server, e.g. `v1.35.4`."""

    nodes: tuple[str, ...]
    platforms: tuple[str, ...]
    """Platforms of the nodes, e.g. `linux/amd64`, sorted."""


def server_of(kubeconfig: str) -> str:
    """Return the API server's address in a kubeconfig with one cluster."""
    return yaml.safe_load(kubeconfig)["clusters"][0]["cluster"]["server"]


def context_of(kubeconfig: str) -> str:
    """Return the name of the context in a kubeconfig with one."""
    return yaml.safe_load(kubeconfig)["current-context"]


def cluster_uid(runner: Runner, kubeconfig: str, *, seconds: int = _UID_SECONDS) -> str:
    """Return the UID of the namespace kube-system of the cluster that a kubeconfig leads to.

    Raises CommandError when the cluster does not answer within `seconds`.
    """
    namespace = _get(runner, kubeconfig, "/api/v1/namespaces/kube-system", seconds)
    return namespace["metadata"]["uid"]


def facts(runner: Runner, kubeconfig: str) -> ClusterFacts:
    """Return the facts of the cluster that a kubeconfig leads to, within 10 s.

    Raises CommandError when the cluster does not answer, or refuses.
    """
    with ThreadPoolExecutor() as pool:
        uid = pool.submit(cluster_uid, runner, kubeconfig, seconds=_ANSWER_SECONDS)
        version = pool.submit(_get, runner, kubeconfig, "/version")
        nodes = pool.submit(_nodes, runner, kubeconfig)
        infos = nodes.result()
        return ClusterFacts(
            uid=uid.result(),
            server=server_of(kubeconfig),
            version=version.result()["gitVersion"],
            nodes=tuple(node["metadata"]["name"] for node in infos),
            platforms=tuple(sorted({_platform(node["status"]["nodeInfo"]) for node in infos})),
        )


def _get(
    runner: Runner, kubeconfig: str, path: str, seconds: int = _ANSWER_SECONDS
) -> dict[str, Any]:
    """Send one request: `get` without `--raw` would ask for all API groups first, five times."""
    return json.loads(kubectl(runner, kubeconfig, "get", "--raw", path, seconds=seconds))


def _nodes(runner: Runner, kubeconfig: str) -> list[dict[str, Any]]:
    try:
        return _get(runner, kubeconfig, "/api/v1/nodes")["items"]
    except CommandError as error:
        if "orbidden" in error.output:
            return []
        raise


def _platform(info: dict[str, str]) -> str:
    return f"{info['operatingSystem']}/{info['architecture']}"


def unreachable(context: str, server: str, error: CommandError) -> LocalError:
    """Return the error for a cluster that does not answer."""
    return LocalError(
        f"the cluster of context {context} at {server} does not answer as it should",
        details=error,
        next_step=f"`kubectl --context {context} get --raw /version` sends the same request",
    )
