"""Objects that a pod names, and that it cannot start without."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...k8s.objects import Manifest
from .fields import entries, section
from .subject import containers

SECRET, CONFIG_MAP, CLAIM, ACCOUNT = (
    "Secret",
    "ConfigMap",
    "PersistentVolumeClaim",
    "ServiceAccount",
)

_BY_CLUSTER = {(CONFIG_MAP, "kube-root-ca.crt"), (ACCOUNT, "default")}
"""Objects that the cluster adds to each namespace, to a new one a moment later."""


@dataclass(frozen=True)
class Reference:
    """An object of the pod's namespace, or a key of it, and what in the pod names it."""

    kind: str
    name: str
    user: str
    """What names it, e.g. `the variable DATABASE_URL of the container web`."""

    key: str | None = None


def references(pod_spec: Manifest) -> list[Reference]:
    """Return what a pod cannot start without; what is `optional` is not among it."""
    every = [*_account(pod_spec), *_variables(pod_spec), *_volumes(pod_spec)]
    return [each for each in every if (each.kind, each.name) not in _BY_CLUSTER]


def pull_secrets(pod_spec: Manifest) -> list[Reference]:
    """Return the Secrets with which a pod's images are pulled. It starts without them where an
    image needs no login, or is on the node."""
    return [
        Reference(SECRET, each["name"], "the pull of its images")
        for each in entries(pod_spec, "imagePullSecrets")
        if each.get("name")
    ]


def _account(pod_spec: Manifest) -> Iterator[Reference]:
    if name := pod_spec.get("serviceAccountName"):
        yield Reference(ACCOUNT, name, "the pod")


def _variables(pod_spec: Manifest) -> Iterator[Reference]:
    for container in containers(pod_spec):
        name = container["name"]
        for variable in entries(container, "env"):
            user = f"the variable {variable['name']} of the container {name}"
            source = section(variable, "valueFrom")
            yield from _keyed(SECRET, source.get("secretKeyRef"), user)
            yield from _keyed(CONFIG_MAP, source.get("configMapKeyRef"), user)
        for source in entries(container, "envFrom"):
            user = f"the variables (envFrom) of the container {name}"
            yield from _whole(SECRET, source.get("secretRef"), user)
            yield from _whole(CONFIG_MAP, source.get("configMapRef"), user)


def _volumes(pod_spec: Manifest) -> Iterator[Reference]:
    for volume in entries(pod_spec, "volumes"):
        user = f"the volume {volume['name']}"
        if secret := volume.get("secret"):
            yield from _content(SECRET, secret, secret.get("secretName"), user)
        if config_map := volume.get("configMap"):
            yield from _content(CONFIG_MAP, config_map, config_map.get("name"), user)
        if claim := volume.get("persistentVolumeClaim"):
            yield Reference(CLAIM, claim["claimName"], user)
        for source in entries(volume, "projected", "sources"):
            for kind, field in ((SECRET, "secret"), (CONFIG_MAP, "configMap")):
                if content := source.get(field):
                    yield from _content(kind, content, content.get("name"), user)


def _keyed(kind: str, source: Mapping[str, Any] | None, user: str) -> Iterator[Reference]:
    if source and source.get("name") and not source.get("optional"):
        yield Reference(kind, source["name"], user, source["key"])


def _whole(kind: str, source: Mapping[str, Any] | None, user: str) -> Iterator[Reference]:
    if source and source.get("name") and not source.get("optional"):
        yield Reference(kind, source["name"], user)


def _content(
    kind: str, source: Mapping[str, Any], name: str | None, user: str
) -> Iterator[Reference]:
    """Return the object of a volume, and the keys of it that are mounted by name."""
    if name is None or source.get("optional"):
        return
    yield Reference(kind, name, user)
    for item in entries(source, "items"):
        yield Reference(kind, name, user, item["key"])
