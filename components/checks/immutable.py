"""Fields that cannot be changed: an update of them is refused, or replaces the object.

https://kubernetes.io/docs/reference/kubernetes-api/
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .amounts import amount_of
from .finding import Finding, Manifest, Path, Problem, found, holds_unknown
from .program import key

_SELECTOR: tuple[Path, ...] = (("spec", "selector"),)
_FIELDS: Mapping[str, tuple[Path, ...]] = {
    "ClusterRoleBinding": (("roleRef",),),
    "ControllerRevision": (("data",),),
    "CustomResourceDefinition": (("spec", "group"), ("spec", "names", "plural"), ("spec", "scope")),
    "DaemonSet": _SELECTOR,
    "Deployment": _SELECTOR,
    "IngressClass": (("spec", "controller"),),
    "Job": (
        *_SELECTOR, ("spec", "completionMode"), ("spec", "completions"), ("spec", "template"),
        ("spec", "podFailurePolicy"), ("spec", "backoffLimitPerIndex"), ("spec", "managedBy"),
    ),
    "PersistentVolumeClaim": (
        ("spec", "accessModes"), ("spec", "dataSource"), ("spec", "selector"),
        ("spec", "storageClassName"), ("spec", "volumeMode"), ("spec", "volumeName"),
    ),
    "Pod": (("spec", "volumes"), ("spec", "nodeName"), ("spec", "serviceAccountName")),
    "PriorityClass": (("value",), ("preemptionPolicy",)),
    "ReplicaSet": _SELECTOR,
    "RoleBinding": (("roleRef",),),
    "RuntimeClass": (("handler",),),
    "Secret": (("type",),),
    "Service": (("spec", "clusterIP"),),
    "StatefulSet": (
        *_SELECTOR, ("spec", "podManagementPolicy"), ("spec", "serviceName"),
        ("spec", "volumeClaimTemplates"),
    ),
    "StorageClass": (
        ("parameters",), ("provisioner",), ("reclaimPolicy",), ("volumeBindingMode",),
    ),
}  # fmt: skip
_DEFAULTS: Mapping[Path, Any] = {
    ("spec", "completionMode"): "NonIndexed",
    ("spec", "podManagementPolicy"): "OrderedReady",
    ("spec", "volumeMode"): "Filesystem",
    ("type",): "Opaque",
    ("preemptionPolicy",): "PreemptLowerPriority",
    ("reclaimPolicy",): "Delete",
    ("volumeBindingMode",): "Immediate",
}
_FILLED_IN = (("spec", "clusterIP"), ("spec", "storageClassName"), ("spec", "volumeName"))
"""Fields that the cluster fills in: setting one, or leaving it out later, may be no change."""


def immutable_problems(before: Manifest, after: Manifest) -> Iterator[Problem]:
    """Yield the immutable fields in which two versions of one object differ."""
    kind = after.get("kind", "")
    for path in _FIELDS.get(kind, ()):
        old, new = (_get(each, path) for each in (before, after))
        if path in _FILLED_IN and (old is None or new is None):
            continue
        if old != new and not holds_unknown([old, new]):
            yield Problem(path, new, f"is immutable, and was {old!r}")
    if before.get("immutable") is True:
        if after.get("immutable") is not True:
            yield Problem(("immutable",), after.get("immutable"), "cannot be taken back", "true")
        for name in ("binaryData", "data", "stringData"):
            if before.get(name) != after.get(name):
                yield Problem((name,), None, "is immutable, as the object has `immutable: true`")
    if kind == "PersistentVolumeClaim":
        yield from _shrunk(before, after)


def immutable_changes(before: Iterable[Manifest], after: Iterable[Manifest]) -> list[Finding]:
    """Return the immutable fields that change between two deployments of a program."""
    old = {key(each): each for each in before}
    return [
        found(each, problem, "update")
        for each in after
        if key(each) in old
        for problem in immutable_problems(old[key(each)], each)
    ]


def _shrunk(before: Manifest, after: Manifest) -> Iterator[Problem]:
    path = ("spec", "resources", "requests", "storage")
    old, new = (_get(each, path) for each in (before, after))
    least, now = amount_of(old), amount_of(new)
    if least is not None and now is not None and now < least:
        yield Problem(path, new, f"must be {old} or more: volumes do not shrink", str(old))


def _get(manifest: Manifest, path: Path) -> Any:
    value: Any = manifest
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return _DEFAULTS.get(path) if value is None else value  # pyright: ignore[reportUnknownVariableType]
