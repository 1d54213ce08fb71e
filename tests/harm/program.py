"""The valid program of the kit's tests, and its mutations, as a small cluster can run them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.unit.components.checks.programs import Manifest, Objects

_LEFT_OUT = ("cluster", "daemon")
"""An object that two namespaces cannot both have, and pods on every node."""

_ENDS = ["node", "--version"]
"""Command of containers that run once."""

_SMALL = {"requests": {"cpu": "1m", "memory": "16Mi"}, "limits": {"cpu": "1", "memory": "128Mi"}}


def deployable(objects: Objects, namespace: str, image: str) -> list[Manifest]:
    """Return the objects in a namespace of their own, with an image that exists and serves."""
    kept = {name: each for name, each in objects.items() if name not in _LEFT_OUT}
    for name, each in kept.items():
        metadata: Manifest = each["metadata"]
        if each["kind"] == "Namespace":
            metadata["name"] = namespace
        else:
            metadata["namespace"] = _place(metadata["namespace"], namespace)
        for subject in each.get("subjects", ()):
            subject["namespace"] = _place(subject["namespace"], namespace)
        for pod in _pods(each):
            _make_small(pod, image, ends=name in ("job", "cron"))
        if "replicas" in each.get("spec", {}):
            each["spec"]["replicas"] = 1
    return list(kept.values())


def other(namespace: str) -> str:
    """Return the name of the namespace beside one, for objects that a mutation moves."""
    return f"{namespace}-other"


def _place(written: str, namespace: str) -> str:
    return namespace if written == "shop" else other(namespace)


def _pods(manifest: Mapping[str, Any]) -> Iterator[Manifest]:
    """Yield the pod that an object makes, if it makes one."""
    spec: Mapping[str, Any] = manifest.get("spec", {})
    template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
    if template is not None:
        yield template["spec"]


def _make_small(pod: Manifest, image: str, *, ends: bool) -> None:
    for container in pod["initContainers"]:
        container |= {"image": image, "command": _ENDS}
    for container in pod["containers"]:
        container["image"] = image
        if "resources" in container:
            container["resources"] = _SMALL
        if ends:
            container["command"] = _ENDS
            for probe in ("readinessProbe", "livenessProbe"):
                del container[probe]
        else:
            container["readinessProbe"]["httpGet"]["path"] = "/healthz/live"
