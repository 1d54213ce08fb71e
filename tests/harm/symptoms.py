"""What does not work in a namespace, as the cluster shows it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

KINDS = (
    "deployments,statefulsets,jobs,services,endpointslices,ingresses,secrets,events,"
    "horizontalpodautoscalers,poddisruptionbudgets"
)
"""What `symptoms` looks at."""

_NO_REQUEST = "missing request for cpu"
_NO_PULL_SECRET = "FailedToRetrieveImagePullSecret"

Manifest = Mapping[str, Any]


def symptoms(found: Sequence[Manifest]) -> set[str]:
    """Return what does not work, as `Kind name` with a word before it where that is a part."""
    return {*_of_workloads(found), *_of_services(found), *_of_others(found)}


def _of_workloads(found: Sequence[Manifest]) -> Iterator[str]:
    for each in _of(found, "Deployment", "StatefulSet"):
        if each["status"].get("readyReplicas", 0) < each["spec"]["replicas"]:
            yield _name(each)
    for each in _of(found, "Job"):
        if not each["status"].get("succeeded"):
            yield _name(each)
    for each in _of(found, "StatefulSet"):
        slices = _slices(found, each["spec"]["serviceName"])
        hosts = {one.get("hostname") for part in slices for one in part.get("endpoints") or ()}
        if f"{each['metadata']['name']}-0" not in hosts:
            yield f"names of {_name(each)}"
    for each in _of(found, "Event"):
        if each["reason"] == _NO_PULL_SECRET:
            yield "pull secret"


def _of_services(found: Sequence[Manifest]) -> Iterator[str]:
    services = {each["metadata"]["name"]: each for each in _of(found, "Service")}
    for name, each in services.items():
        for port in each["spec"]["ports"]:
            if not _serves(_slices(found, name), port.get("name", "")):
                yield _name(each)
    secrets = {each["metadata"]["name"] for each in _of(found, "Secret")}
    for each in _of(found, "Ingress"):
        for rule in each["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                backend = path["backend"]["service"]
                service = services.get(backend["name"])
                if service is None or not _has_port(service, backend["port"]):
                    yield _name(each)
        if any(tls["secretName"] not in secrets for tls in each["spec"].get("tls", ())):
            yield f"certificate of {_name(each)}"


def _of_others(found: Sequence[Manifest]) -> Iterator[str]:
    for each in _of(found, "HorizontalPodAutoscaler"):
        for condition in each["status"].get("conditions", ()):
            is_false = condition["status"] == "False"
            if is_false and (
                condition["type"] == "AbleToScale" or _NO_REQUEST in condition["message"]
            ):
                yield _name(each)
    for each in _of(found, "PodDisruptionBudget"):
        if each["status"].get("expectedPods", 0) == 0:
            yield _name(each)


def _of(found: Sequence[Manifest], *kinds: str) -> Iterator[Manifest]:
    return (each for each in found if each["kind"] in kinds)


def _name(each: Manifest) -> str:
    return f"{each['kind']} {each['metadata']['name']}"


def _slices(found: Sequence[Manifest], service: str) -> list[Manifest]:
    label = "kubernetes.io/service-name"
    return [
        each
        for each in _of(found, "EndpointSlice")
        if each["metadata"]["labels"].get(label) == service
    ]


def _serves(slices: Sequence[Manifest], port: str) -> bool:
    """Return whether a ready pod has a port of a Service."""
    return any(
        one["conditions"].get("ready") and port in {each.get("name", "") for each in part["ports"]}
        for part in slices
        for one in part.get("endpoints") or ()
        if part.get("ports")
    )


def _has_port(service: Manifest, wanted: Mapping[str, Any]) -> bool:
    ports: list[Mapping[str, Any]] = service["spec"]["ports"]
    return any(
        each["port"] == wanted.get("number")
        or ("name" in wanted and each.get("name") == wanted["name"])
        for each in ports
    )
