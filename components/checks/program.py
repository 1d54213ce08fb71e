"""The objects of a program, found by kind, namespace and name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .finding import Manifest, Path, Unknown, holds_unknown
from .parts import Part, section
from .selectors import selects
from .templates import template

Key = tuple[str, str, str]
Label = tuple[str, str, str]
"""Namespace, name and value of a label."""

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
    _by_own: dict[Key, Workload] = field(default_factory=dict[Key, Workload])
    _by_namespace: dict[str, list[Workload]] = field(default_factory=dict[str, list[Workload]])
    _by_label: dict[Label, list[Workload]] = field(default_factory=dict[Label, list[Workload]])
    _unlabelled: dict[str, list[Workload]] = field(default_factory=dict[str, list[Workload]])
    """Those with a label that is known only after deployment."""

    def __post_init__(self) -> None:
        for each in self.objects:
            self.by_key.setdefault(key(each), each)
            place = template(each)
            if place is not None:
                path, pods = place
                labels = section(pods, "metadata", "labels")
                self._add(Workload(each, path, labels, section(pods, "spec")))

    def _add(self, workload: Workload) -> None:
        self.workloads.append(workload)
        self._by_own.setdefault(key(workload.manifest), workload)
        namespace = namespace_of(workload.manifest)
        self._by_namespace.setdefault(namespace, []).append(workload)
        if holds_unknown(workload.labels):
            self._unlabelled.setdefault(namespace, []).append(workload)
            return
        for name, value in workload.labels.items():
            self._by_label.setdefault((namespace, name, value), []).append(workload)

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

    def workload(self, kind: str, namespace: str, name: str) -> Workload | None:
        """Return an object with pods, or None."""
        return self._by_own.get((kind, namespace, name))

    def workloads_of(self, namespace: str) -> Sequence[Workload]:
        """Return the objects with pods in a namespace."""
        return self._by_namespace.get(namespace, ())

    def selected(self, namespace: str, selector: Part) -> list[Workload]:
        """Return the objects of a namespace whose pods a label selector selects, or may select."""
        candidates = self._candidates(namespace, selector)
        return [each for each in candidates if selects(selector, each.labels)]

    def _candidates(self, namespace: str, selector: Part) -> Sequence[Workload]:
        """Return those with the rarest label of a selector: looking at all would be quadratic."""
        labels = section(selector, "matchLabels")
        if not labels or holds_unknown(labels):
            return self.workloads_of(namespace)
        found = [self._by_label.get((namespace, *each), []) for each in labels.items()]
        return [*min(found, key=len), *self._unlabelled.get(namespace, [])]


def namespace_of(manifest: Manifest) -> str:
    """Return the namespace of an object: `default` without one, empty for what is in none."""
    if manifest.get("kind") in _CLUSTER_WIDE:
        return ""
    return str(section(manifest, "metadata").get("namespace") or "default")


def key(manifest: Manifest) -> Key:
    """Return what identifies an object in its cluster."""
    name = section(manifest, "metadata").get("name") or ""
    if isinstance(name, Unknown) or not name:
        name = f"unknown {id(manifest)}"
    return str(manifest.get("kind")), namespace_of(manifest), str(name)
