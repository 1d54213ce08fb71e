"""Flux: the status of its Kustomizations, and of the repositories that they follow.

https://fluxcd.io/flux/components/kustomize/kustomizations/#kustomization-status
"""

from collections.abc import Iterator, Mapping
from typing import Any

from commands.cluster import Cluster
from commands.drift.declared import Place
from commands.gitops.report import Manifest, Report, Wanted, key, listed, status

_KUSTOMIZATIONS = "kustomizations.kustomize.toolkit.fluxcd.io"
_REPOSITORIES = "gitrepositories.source.toolkit.fluxcd.io"
_BUSY = ("Progressing", "ProgressingWithRetry", "DependencyNotReady")
"""Reasons for what is not ready, and has not failed."""


def flux_reports(cluster: Cluster, wanted: Wanted) -> Iterator[Report]:
    """Yield what each Kustomization shows that applies the folder."""
    found = [
        each
        for each in listed(cluster, _KUSTOMIZATIONS)
        if wanted.fits(each["spec"].get("path"), _inventory(each))
    ]
    repositories = {key(each): each for each in listed(cluster, _REPOSITORIES)} if found else {}
    for each in found:
        namespace, name = key(each)
        reference: Mapping[str, str] = each["spec"]["sourceRef"]
        repository = repositories.get((reference.get("namespace", namespace), reference["name"]))
        unfetched = _failure(repository) if repository is not None else ""
        yield Report(
            f"Flux Kustomization {namespace}/{name}",
            attempted=_commit(status(each).get("lastAttemptedRevision")),
            healthy=_commit(status(each).get("lastAppliedRevision")),
            failure=f"GitRepository {reference['name']}: {unfetched}"
            if unfetched
            else _failure(each),
            cannot_fetch=bool(unfetched),
        )


def _inventory(each: Manifest) -> set[Place]:
    """Return what a Kustomization has applied, each by an id `namespace_name_group_kind`."""
    inventory: dict[str, Any] = status(each).get("inventory") or {}
    entries: list[Mapping[str, str]] = inventory.get("entries") or []
    found: set[Place] = set()
    for entry in entries:
        namespace, name, group, kind = entry["id"].split("_")
        found.add((group, kind, namespace, name))
    return found


def _failure(each: Manifest) -> str:
    """Return why an object is not ready; empty while it works, and where it is ready."""
    conditions: list[Mapping[str, str]] = status(each).get("conditions") or []
    for one in conditions:
        if one["type"] == "Ready" and one["status"] == "False" and one["reason"] not in _BUSY:
            return f"{one['reason']}: {one['message']}"
    return ""


def _commit(revision: str | None) -> str:
    """Return the commit of a revision as Flux writes it: `main@sha1:4f8c…`."""
    return (revision or "").rpartition(":")[2]
