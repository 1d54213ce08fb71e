"""That the cluster has the storage classes of the volumes that it is to make."""

from ...k8s.api import Api, collection
from ...k8s.objects import Manifest
from .fields import entries, section
from .finding import Finding, Found
from .subject import Subject

_DEFAULT = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"


def storage_findings(api: Api, subject: Subject) -> Found:
    """Return what is wrong with the classes of the volumes of the workload.

    Raises ApiError where they may not be read.
    """
    wanted = _wanted(api, subject)
    if not wanted:
        return []
    classes = entries(api.get(_CLASSES), "items")
    names = sorted(each["metadata"]["name"] for each in classes)
    found: Found = []
    for volume, name in wanted.items():
        if name is None:
            if not any(_is_default(each) for each in classes) and not _has_volumes(api, ""):
                found.append(_no_default(subject, volume, names))
        elif name not in names and not _has_volumes(api, name):
            found.append(_no_class(subject, volume, name, names))
    return found


def _wanted(api: Api, subject: Subject) -> dict[str, str | None]:
    """Return the class of each volume that the cluster is to make, None for its default one.

    A class that is empty text stands for a volume that exists.
    """
    wanted: dict[str, str | None] = {}
    for claim in subject.claims:
        if not _exists(api, subject, claim):
            wanted[claim["metadata"]["name"]] = section(claim, "spec").get("storageClassName")
    for volume in entries(subject.pod_spec, "volumes"):
        if template := section(volume, "ephemeral", "volumeClaimTemplate"):
            wanted[volume["name"]] = section(template, "spec").get("storageClassName")
        if by_name := volume.get("persistentVolumeClaim"):
            path = collection("v1", "PersistentVolumeClaim", subject.namespace)
            existing = api.find(f"{path}/{by_name['claimName']}")
            if existing is not None and _waits(existing):
                wanted[volume["name"]] = existing["spec"].get("storageClassName")
    return {volume: name for volume, name in wanted.items() if name != ""}


def _exists(api: Api, subject: Subject, claim: Manifest) -> bool:
    """Return whether the claim of the last pod exists: then those of all pods do."""
    last = max(0, int(subject.spec.get("replicas", 1)) - 1)
    path = collection("v1", "PersistentVolumeClaim", subject.namespace)
    return api.find(f"{path}/{subject.claim_name(claim, last)}") is not None


def _waits(claim: Manifest) -> bool:
    """Return whether a claim waits for a volume that the cluster is to make."""
    is_pending = section(claim, "status").get("phase") == "Pending"
    return is_pending and not claim["spec"].get("volumeName")


def _is_default(storage_class: Manifest) -> bool:
    annotations = section(storage_class, "metadata", "annotations")
    return any(annotations.get(name) == "true" for name in _DEFAULT)


def _has_volumes(api: Api, name: str) -> bool:
    """Return whether volumes were made by hand under the name, for which no class need exist."""
    volumes = entries(api.get("/api/v1/persistentvolumes"), "items")
    return any((each["spec"].get("storageClassName") or "") == name for each in volumes)


def _no_class(subject: Subject, volume: str, name: str, names: list[str]) -> Finding:
    return Finding(
        cause="StorageClass missing",
        message=f"{subject.application}: its volume {volume} in the namespace "
        f"{subject.namespace} is to be of the StorageClass `{name}`, which does not exist",
        details=f"the cluster has {_listed(names)}; without a volume, none of its pods starts",
        next_step="`kubectl get storageclasses` lists those that exist: choose one in "
        "`storage[].storageClass`, or leave it out for the cluster's default",
    )


def _no_default(subject: Subject, volume: str, names: list[str]) -> Finding:
    return Finding(
        cause="no default StorageClass",
        message=f"{subject.application}: its volume {volume} in the namespace "
        f"{subject.namespace} names no StorageClass, and the cluster has no default one",
        details=f"the cluster has {_listed(names)}; without a volume, none of its pods starts",
        next_step="choose one in `storage[].storageClass` (slipway:app.storage: [{path: /data, "
        "size: 1Gi, storageClass: standard}]); `kubectl get storageclasses` lists them",
    )


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "no StorageClass"
