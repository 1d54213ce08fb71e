"""What an API server or a kubelet refuses of pods though it is of the right form.

Written from Kubernetes' own validation, without the code that makes the manifests.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

Manifest = Mapping[str, Any]

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_QUALIFIED = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?")
_VALUE = re.compile(r"([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?")
_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_FIELD = re.compile(r"metadata\..+|spec\.(nodeName|serviceAccountName)|status\.(host|pod)IPs?")
_UNMOUNTABLE = re.compile(r"/(proc|sys)(/.*)?|/dev|.*:.*")
_UNITS = {"": 1, "m": Decimal("0.001"), "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12,
          "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}  # fmt: skip


def pod_complaints(template: Manifest, claims: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with the pods of a template, whose StatefulSet adds the claims."""
    spec = template["spec"]
    containers = [*spec.get("initContainers", ()), *spec["containers"]]
    volumes = [*(each["name"] for each in spec["volumes"]), *claims]
    names = [each["name"] for each in containers]
    ports = [port["containerPort"] for each in containers for port in each.get("ports", ())]
    yield from labels_complaints(template["metadata"]["labels"])
    for what, all_of_them in (("container", names), ("volume", volumes), ("port", ports)):
        yield from twice(what, all_of_them)
    yield from (f"the name {name}" for name in (*volumes, *names) if not LABEL.fullmatch(name))
    for container in containers:
        yield from _mounts(container, set(volumes))
        yield from _variables(container)
        yield from _resources(container)
        yield from _probes(container)
    yield from _sizes(spec, containers)


def twice(what: str, names: Iterable[object]) -> Iterator[str]:
    """Yield what is there more than once."""
    yield from (f"the {what} {name} twice" for name, n in Counter(names).items() if n > 1)


def labels_complaints(labels: Mapping[str, str]) -> Iterator[str]:
    """Yield the labels that are none."""
    for key, value in labels.items():
        if not is_qualified(key) or not _VALUE.fullmatch(value):
            yield f"the label {key}: {value}"


def is_qualified(key: str) -> bool:
    """Return whether a text is the key of a label or an annotation."""
    return _QUALIFIED.fullmatch(key) is not None


def is_key(key: str) -> bool:
    """Return whether a text is a key of a ConfigMap or a Secret."""
    return _KEY.fullmatch(key) is not None and key != "." and not key.startswith("..")


def _mounts(container: Manifest, volumes: set[str]) -> Iterator[str]:
    yield from twice("path", (mount["mountPath"] for mount in container["volumeMounts"]))
    for mount in container["volumeMounts"]:
        if mount["name"] not in volumes:
            yield f"the volume {mount['name']} is missing"
        if _UNMOUNTABLE.fullmatch(mount["mountPath"]):
            yield f"the path {mount['mountPath']}"


def _variables(container: Manifest) -> Iterator[str]:
    yield from twice("variable", (entry["name"] for entry in container["env"]))
    for entry in container["env"]:
        name, source = entry["name"], entry.get("valueFrom", {})
        if not _VARIABLE.fullmatch(name) or name == "." or name.startswith(".."):
            yield f"the variable {name}"
        for reference in (source.get("secretKeyRef"), source.get("configMapKeyRef")):
            if reference and not is_key(reference["key"]):
                yield f"the key {reference['key']}"
        path = source.get("fieldRef", {}).get("fieldPath", "metadata.name")
        if not _FIELD.fullmatch(path) or path in ("metadata.labels", "metadata.annotations"):
            yield f"the field {path}"


def _resources(container: Manifest) -> Iterator[str]:
    requests, limits = (container["resources"][kind] for kind in ("requests", "limits"))
    for name, request in requests.items():
        limit = limits.get(name, request)
        if not 0 < _amount(request) <= _amount(limit) < 2**50:
            yield f"{name} {request}, limit {limit}"
    if _amount(limits["memory"]) < 2**22:
        yield f"no program starts with the memory {limits['memory']}"


def _probes(container: Manifest) -> Iterator[str]:
    named = [port["name"] for port in container.get("ports", ()) if "name" in port]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        for kind in ("httpGet", "tcpSocket", "grpc"):
            port = container.get(probe, {}).get(kind, {}).get("port")
            if isinstance(port, str) and port not in named:
                yield f"the {probe} asks the port {port}"


def _sizes(spec: Manifest, containers: Sequence[Manifest]) -> Iterator[str]:
    """Yield the volumes that a pod cannot fill."""
    running = [*spec["containers"], *(c for c in containers if c.get("restartPolicy") == "Always")]
    for volume in spec["volumes"]:
        if (empty := volume.get("emptyDir")) is None:
            continue
        name = "memory" if empty.get("medium") == "Memory" else "ephemeral-storage"
        limit = sum(_amount(each["resources"]["limits"][name]) for each in running)
        if not 0 < _amount(empty["sizeLimit"]) <= limit:
            yield f"the volume {volume['name']} of {empty['sizeLimit']} is more than {limit}"


def _amount(quantity: str) -> Decimal:
    number, unit = re.fullmatch(r"([\d.]+)(\D*)", quantity).groups()  # pyright: ignore[reportOptionalMemberAccess]
    return Decimal(number) * _UNITS[unit]
