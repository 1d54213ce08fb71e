"""`make status`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from commands import drift, state
from commands.cluster import Cluster
from commands.recent import PERIOD, duration, recent, restarts
from commands.runs import cron_job_runs, job_runs
from commands.stack import Stack

_RUNS: dict[str, Callable[[dict[str, Any]], str]] = {"Job": job_runs, "CronJob": cron_job_runs}
_WORKLOADS = ("apps/v1:Deployment", "apps/v1:StatefulSet", "batch/v1:Job", "batch/v1:CronJob")


def status(stack: Stack) -> None:
    """Show nodes, applications, recent events, and what was changed by hand.

    Each application with its image, rollout, pods per node, restarts and address.
    """
    cluster = Cluster(stack)
    console = Console()
    now = datetime.now(UTC)
    console.print(f"cluster {cluster.context}, stack {stack.name}", highlight=False)
    nodes = cluster.get("nodes")["items"]
    console.print(_nodes(nodes, now))
    namespaces: set[str] = set()
    for kind in _WORKLOADS:
        for resource in state.resources(cluster.state, f"kubernetes:{kind}"):
            metadata = resource["outputs"]["metadata"]
            namespaces.add(metadata["namespace"])
            place = (metadata["namespace"], metadata["name"])
            console.print(_application(cluster, kind.rpartition(":")[2], place, now))
    if rows := recent(_events(cluster, namespaces), now):
        console.print(_recent(rows))
    drift.report(stack, cluster.state, state.interrupted(cluster.state))


def _events(cluster: Cluster, namespaces: set[str]) -> list[dict[str, Any]]:
    """Return the events of nodes, which are in the namespace `default`, and of applications."""
    events: list[dict[str, Any]] = cluster.get(
        "events", "--namespace=default", "--field-selector=involvedObject.kind=Node"
    )["items"]
    for namespace in sorted(namespaces):
        events += cluster.get("events", f"--namespace={namespace}")["items"]
    return events


def _recent(rows: list[tuple[str, str, str]]) -> Table:
    table = Table("age", "object", "event", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(*row)
    return table


def _nodes(nodes: list[dict[str, Any]], now: datetime) -> Table:
    table = Table("node", "role", "state", "version", box=None, pad_edge=False)
    for node in nodes:
        role = "node-role.kubernetes.io/control-plane" in node["metadata"]["labels"]
        table.add_row(
            node["metadata"]["name"],
            "control plane" if role else "worker",
            readiness(node, now),
            node["status"]["nodeInfo"]["kubeletVersion"],
        )
    return table


def readiness(node: dict[str, Any], now: datetime) -> str:
    """Return whether a node is ready, with the time since a recent change."""
    word = "ready" if _condition(node, "Ready") == "True" else "not ready"
    since = next(
        (
            datetime.fromisoformat(condition["lastTransitionTime"])
            for condition in node["status"].get("conditions", ())
            if condition["type"] == "Ready" and "lastTransitionTime" in condition
        ),
        None,
    )
    if since is None:
        return word
    created = datetime.fromisoformat(node["metadata"]["creationTimestamp"])
    returned = since - created > timedelta(minutes=2) and now - since < PERIOD
    return f"{word} for {duration(now - since)}" if word == "not ready" or returned else word


def _application(cluster: Cluster, kind: str, place: tuple[str, str], now: datetime) -> Table:
    namespace, name = place
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("application", f"{namespace}/{name}")
    workload = cluster.find(kind.lower(), name, f"--namespace={namespace}")
    if workload is None:
        table.add_row("rollout", f"the {kind} is in the state, but not in the cluster")
        return table
    spec = workload["spec"]
    template = (spec["jobTemplate"]["spec"] if kind == "CronJob" else spec)["template"]
    # A CronJob has no selector; its pods have the labels of its template.
    labels = (
        spec["selector"]["matchLabels"] if "selector" in spec else template["metadata"]["labels"]
    )
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    pods = cluster.get("pods", f"--namespace={namespace}", f"--selector={selector}")["items"]
    pod = template["spec"]
    for container in (*pod["containers"], *pod.get("initContainers", ())):
        table.add_row(f"image of {container['name']}", container["image"])
    if kind in _RUNS:
        table.add_row("runs", _RUNS[kind](workload))
    else:
        table.add_row("rollout", rollout(workload))
    table.add_row("pods", pods_per_node(pods))
    if rows := restarts(pods, now):
        table.add_row("restarts", "\n".join(rows))
    if kind not in _RUNS:
        table.add_row("address", _address(cluster, name))
    return table


def _address(cluster: Cluster, name: str) -> str:
    outputs = state.outputs(cluster.state)
    urls: dict[str, str] = outputs.get("urls") or {}
    return str(urls.get(name) or outputs.get("url") or "none: make open")


def rollout(deployment: dict[str, Any]) -> str:
    """Return the state of the rollout of a Deployment or a StatefulSet in words."""
    status = deployment.get("status", {})
    desired = deployment["spec"].get("replicas", 1)
    current = status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    updated, ready = status.get("updatedReplicas", 0), status.get("readyReplicas", 0)
    total = status.get("replicas", 0)
    if current and desired == updated == ready == total:
        return f"complete: {ready} of {desired} replicas ready"
    if current and _condition(deployment, "Progressing") == "False":
        return f"stuck: {ready} of {desired} replicas ready, {updated} of this version"
    return f"under way: {ready} of {desired} replicas ready, {updated} of this version"


def pods_per_node(pods: list[dict[str, Any]]) -> str:
    """Return the number of ready pods per node, and what each other pod waits for."""
    nodes: dict[str, int] = {}
    others: list[str] = []
    for pod in pods:
        if _condition(pod, "Ready") == "True":
            node = pod["spec"]["nodeName"]
            nodes[node] = nodes.get(node, 0) + 1
        else:
            others.append(f"{pod['metadata']['name']}: {_waits_for(pod)}")
    ready = [f"{count} on {node}" for node, count in sorted(nodes.items())]
    return "\n".join([*ready, *others]) or "none"


def _waits_for(pod: dict[str, Any]) -> str:
    status = pod["status"]
    # Init containers first: the others only wait for them.
    for container in (
        *status.get("initContainerStatuses", ()),
        *status.get("containerStatuses", ()),
    ):
        if reason := container.get("state", {}).get("waiting", {}).get("reason"):
            return f"{container['name']} {reason}"
    if "deletionTimestamp" in pod["metadata"]:
        return "ending"
    return "running, not ready" if status["phase"] == "Running" else str(status["phase"])


def _condition(thing: dict[str, Any], kind: str) -> str:
    conditions = thing.get("status", {}).get("conditions", ())
    return next((str(entry["status"]) for entry in conditions if entry["type"] == kind), "Unknown")
