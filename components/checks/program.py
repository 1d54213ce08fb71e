"""The objects of a program, found by kind, namespace and name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .finding import Manifest, Path, Unknown
from .parts import Part, section
from .templates import template

Key = tuple[str, str, str]

_CLUSTER_WIDE = frozenset(
    {
        "APIService", "CSIDriver", "CertificateSigningRequest", "ClusterRole",
        "ClusterRoleBinding", "CustomResourceDefinition", "DeviceClass", "FlowSchema",
        "IngressClass", "MutatingWebhookConfiguration", "Namespace", "Node", "PersistentVolume",
        "PriorityClass", "PriorityLevelConfiguration", "RuntimeClass", "StorageClass",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration", "VolumeAttachment", "VolumeAttributesClass",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Workload:
    """An object with pods."""

    manifest: Manifest
    path: Path
    """Place of the pod template."""
    labels: Part
    pod: Part


@dataclass
class Program:
    """Objects, and the ways to find them."""

    objects: Sequence[Manifest]
    unread: frozenset[Key] = frozenset()
    """Objects that are there, and whose content is of the wrong form."""
    by_key: dict[Key, Manifest] = field(default_factory=dict[Key, Manifest])
    workloads: list[Workload] = field(default_factory=list[Workload])

    def __post_init__(self) -> None:
        for each in self.objects:
            self.by_key.setdefault(key(each), each)
            place = template(each)
            if place is not None:
                path, pods = place
                labels = section(pods, "metadata", "labels")
                self.workloads.append(Workload(each, path, labels, section(pods, "spec")))

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """Return an object, or None."""
        return self.by_key.get((kind, namespace, name))

    def has(self, kind: str, namespace: str, name: str) -> bool:
        """Return whether there is such an object."""
        own = (kind, namespace, name)
        return own in self.by_key or own in self.unread

    def elsewhere(self, kind: str, name: str) -> str | None:
        """Return a namespace with an object of this kind and name, or None."""
        return next((at for other, at, own in self.by_key if (other, own) == (kind, name)), None)

    def workloads_of(self, namespace: str) -> Iterator[Workload]:
        """Yield the objects with pods in a namespace."""
        return (each for each in self.workloads if namespace_of(each.manifest) == namespace)


def namespace_of(manifest: Manifest) -> str:
    """Return the namespace of an object: `default` without one, empty for what is in none."""
    if manifest.get("kind") in _CLUSTER_WIDE:
        return ""
    return section(manifest, "metadata").get("namespace") or "default"


def key(manifest: Manifest) -> Key:
    """Return what identifies an object in its cluster."""
    name = section(manifest, "metadata").get("name") or ""
    if isinstance(name, Unknown) or not name:
        name = f"unknown {id(manifest)}"
    return str(manifest.get("kind")), namespace_of(manifest), str(name)
