"""The volumes of a StatefulSet: what its claims are made of, and which changes they can follow.

The templates are immutable. A StatefulSet that is recreated without its pods gets others, and new
claims are made by them; claims that exist can only grow.
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...k8s.objects import Manifest
from ...k8s.quantity import amount

VOLUMES = "spec.volumeClaimTemplates"

Volume = dict[str, Any]
"""A volume of each pod: `name`, `size`, `access`, `storageClass` and the `paths` of its mounts."""


def volumes(manifest: Manifest) -> list[Volume]:
    """Return the persistent volumes of each pod of a StatefulSet."""
    spec = manifest["spec"]
    return [
        _volume(template, spec["template"]["spec"])
        for template in spec.get("volumeClaimTemplates", [])
    ]


def _volume(template: Manifest, pod: Manifest) -> Volume:
    name, spec = template["metadata"]["name"], template["spec"]
    containers = (*pod.get("initContainers", []), *pod["containers"])
    mounts = (mount for each in containers for mount in each.get("volumeMounts", []))
    return {
        "name": name,
        "size": spec["resources"]["requests"]["storage"],
        "access": ", ".join(spec["accessModes"]),
        "storageClass": spec.get("storageClassName", ""),
        "paths": sorted({mount["mountPath"] for mount in mounts if mount["name"] == name}),
    }


def growing(before: Sequence[Volume], after: Sequence[Volume]) -> list[tuple[Volume, Volume]]:
    """Return the volumes that get larger, each before and after."""
    return [
        (old, new)
        for old, new in _common(before, after)
        if amount(new["size"]) > amount(old["size"])
    ]


def impossible(before: Sequence[Volume], after: Sequence[Volume]) -> Iterator[str]:
    """Yield what claims that exist cannot follow."""
    for old, new in _common(before, after):
        name = new["name"]
        if amount(new["size"]) < amount(old["size"]):
            yield (
                f"{name} cannot shrink from {old['size']} to {new['size']}: claims that exist "
                "keep their size, and only those of new pods get the new one"
            )
        for key, words in (("storageClass", "storage class"), ("access", "access mode")):
            if old[key] != new[key]:
                was, now = (each[key] or "the cluster's default" for each in (old, new))
                yield (
                    f"{name} cannot get another {words} ({now}, before: {was}): claims that exist "
                    "keep theirs, and only those of new pods get the new one"
                )
    yield from _moved(before, after)


def changes(before: Sequence[Volume], after: Sequence[Volume]) -> Iterator[str]:
    """Yield in words what an update changes without deleting a claim."""
    for old, new in growing(before, after):
        yield f"{new['name']} grows from {old['size']} to {new['size']}, pods keep running"
    names = {each["name"] for each in before}
    for new in after:
        if new["name"] not in names:
            yield f"{new['name']} is added, pods restart one after the other"
    left = {each["name"] for each in after}
    for old in before:
        if old["name"] not in left:
            yield f"{old['name']} is no longer mounted, its claims stay"


def _moved(before: Sequence[Volume], after: Sequence[Volume]) -> Iterator[str]:
    """Yield the paths that would get the data of another path."""
    owners = _owners(before)
    for path, name in _owners(after).items():
        former = owners.get(path)
        if former not in (None, name):
            yield (
                f"{path} would get the claims {name} in place of {former}, and with them the data "
                "of another path: keep the order of `storage`, add volumes at its end and remove "
                "the last one only"
            )


def _owners(volumes: Sequence[Volume]) -> dict[str, str]:
    return {path: each["name"] for each in volumes for path in each["paths"]}


def _common(before: Sequence[Volume], after: Sequence[Volume]) -> list[tuple[Volume, Volume]]:
    old: Mapping[str, Volume] = {each["name"]: each for each in before}
    return [(old[each["name"]], each) for each in after if each["name"] in old]
