"""`make status`."""

from typing import Any

from rich.console import Console
from rich.table import Table

from commands import state
from commands.cluster import Cluster
from commands.stack import Stack


def status(stack: Stack) -> None:
    """Show the nodes, and for each application its image, rollout, pods per node and address."""
    cluster = Cluster(stack)
    console = Console()
    console.print(f"cluster {cluster.context}, stack {stack.name}", highlight=False)
    nodes = cluster.get("nodes")["items"]
    console.print(_nodes(nodes))
    for resource in state.resources(cluster.state, "kubernetes:apps/v1:Deployment"):
        metadata = resource["outputs"]["metadata"]
        console.print(_application(cluster, metadata["namespace"], metadata["name"]))


def _nodes(nodes: list[dict[str, Any]]) -> Table:
    table = Table("node", "role", "state", "version", box=None, pad_edge=False)
    for node in nodes:
        role = "node-role.kubernetes.io/control-plane" in node["metadata"]["labels"]
        table.add_row(
            node["metadata"]["name"],
            "control plane" if role else "worker",
            "ready" if _condition(node, "Ready") == "True" else "not ready",
            node["status"]["nodeInfo"]["kubeletVersion"],
        )
    return table


def _application(cluster: Cluster, namespace: str, name: str) -> Table:
    deployment = cluster.get("deployment", name, f"--namespace={namespace}")
    selector = ",".join(
        f"{key}={value}" for key, value in deployment["spec"]["selector"]["matchLabels"].items()
    )
    pods = cluster.get("pods", f"--namespace={namespace}", f"--selector={selector}")["items"]
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("application", f"{namespace}/{name}")
    pod = deployment["spec"]["template"]["spec"]
    for container in (*pod["containers"], *pod.get("initContainers", ())):
        table.add_row(f"image of {container['name']}", container["image"])
    table.add_row("rollout", rollout(deployment))
    table.add_row("pods", pods_per_node(pods))
    table.add_row("address", str(state.outputs(cluster.state).get("url", "none: make open")))
    return table


def rollout(deployment: dict[str, Any]) -> str:
    """The state of a Deployment's rollout in words."""
    found = deployment.get("status", {})
    wanted = deployment["spec"].get("replicas", 1)
    current = found.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    updated, ready = found.get("updatedReplicas", 0), found.get("readyReplicas", 0)
    total = found.get("replicas", 0)
    if current and wanted == updated == ready == total:
        return f"complete: {ready} of {wanted} replicas ready"
    if current and _condition(deployment, "Progressing") == "False":
        return f"stuck: {ready} of {wanted} replicas ready, {updated} of this version"
    return f"under way: {ready} of {wanted} replicas ready, {updated} of this version"


def pods_per_node(pods: list[dict[str, Any]]) -> str:
    """How many pods are ready on which node, and what the others wait for."""
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
    # Those that run first come first: the others merely wait for them.
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
    return next((str(one["status"]) for one in conditions if one["type"] == kind), "Unknown")
