"""The claims of a StatefulSet in the cluster, and which of them can grow."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...k8s.kubectl import kubectl
from ...machine.runner import Runner
from ..hooks import Workload


@dataclass(frozen=True)
class ExistingClaim:
    """A PersistentVolumeClaim of one pod."""

    name: str
    size: str
    storage_class: str
    can_grow: bool


def existing_claims(
    runner: Runner, kubeconfig: str, workload: Workload, volume: str
) -> list[ExistingClaim]:
    """Return the claims of the volume `volume` of a StatefulSet's pods.  Raises CommandError.

    Their names are those that the controller gives: the volume's, the StatefulSet's, a number.
    """
    _, name, namespace = workload.place
    get = ("get", "persistentvolumeclaims", namespace, "--output=json")
    found = json.loads(kubectl(runner, kubeconfig, *get))["items"]
    own = [each for each in found if _is_of(each["metadata"]["name"], f"{volume}-{name}-")]
    if not own:
        return []
    classes = json.loads(kubectl(runner, kubeconfig, "get", "storageclasses", "--output=json"))
    return list(_claims(own, {each["metadata"]["name"]: each for each in classes["items"]}))


def _claims(
    found: list[Mapping[str, Any]], classes: Mapping[str, Mapping[str, Any]]
) -> Iterator[ExistingClaim]:
    for each in found:
        spec = each["spec"]
        name = spec.get("storageClassName", "")
        yield ExistingClaim(
            name=each["metadata"]["name"],
            size=spec["resources"]["requests"]["storage"],
            storage_class=name,
            can_grow=bool(classes.get(name, {}).get("allowVolumeExpansion")),
        )


def _is_of(claim: str, prefix: str) -> bool:
    return claim.startswith(prefix) and claim.removeprefix(prefix).isdecimal()
