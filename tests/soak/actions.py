"""What happens to the pods of a stack in its life, beside updates."""

import json
from typing import Any

from tests.live.project import Project
from tests.live.traffic import eventually


def pods(project: Project, application: str) -> list[dict[str, Any]]:
    """Return the pods of an application that are not about to end."""
    selector = f"--selector=app.kubernetes.io/name={application}"
    found = project.objects("pods", selector)
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def wait_until_complete(project: Project, application: str) -> None:
    """Wait until an application has all its pods, and all are ready."""

    def is_complete() -> bool:
        (live,) = project.objects("deployments", f"--selector=app.kubernetes.io/name={application}")
        status, replicas = live["status"], live["spec"]["replicas"]
        return status.get("availableReplicas") == status.get("replicas") == replicas

    eventually(f"{application} has all its pods", is_complete, seconds=120)


def delete_a_pod(project: Project, application: str) -> None:
    """Delete a pod, and wait for the one in its place."""
    name = pods(project, application)[0]["metadata"]["name"]
    project.kubectl("delete", "pod", name, f"--namespace={project.name}", "--wait=false")
    _wait_for_another(project, application, name)


def evict_a_pod(project: Project, application: str) -> None:
    """Evict a pod through the API, as drains and autoscalers of nodes do, and wait likewise.

    https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
    """
    name = pods(project, application)[0]["metadata"]["name"]
    eviction = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": project.name},
    }
    file = project.folder / "eviction.json"
    file.write_text(json.dumps(eviction), encoding="utf-8")
    path = f"/api/v1/namespaces/{project.name}/pods/{name}/eviction"
    project.kubectl("create", f"--raw={path}", f"--filename={file}")
    _wait_for_another(project, application, name)


def drain(project: Project, node: str) -> None:
    """Drain a node, wait until all applications are complete elsewhere, and let it serve again."""
    project.kubectl(
        *("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=180s")
    )
    for application in project.settings["slipway:apps"]:
        wait_until_complete(project, application)
    project.kubectl("uncordon", node)


def _wait_for_another(project: Project, application: str, gone: str) -> None:
    eventually(
        f"{gone} ends",
        lambda: gone not in {pod["metadata"]["name"] for pod in pods(project, application)},
    )
    wait_until_complete(project, application)
