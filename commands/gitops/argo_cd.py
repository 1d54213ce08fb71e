"""Argo CD: the status of its Applications, as the cluster has it; its own API is not asked.

https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
"""

from collections.abc import Iterator, Mapping
from typing import Any

from commands.cluster import Cluster
from commands.drift.declared import Place
from commands.gitops.report import Manifest, Report, Wanted, key, listed, status

_APPLICATIONS = "applications.argoproj.io"
_FETCHING = "ComparisonError"
"""Condition of an Application whose repository cannot be read, or whose files cannot be."""


def argo_cd_reports(cluster: Cluster, wanted: Wanted) -> Iterator[Report]:
    """Yield what each Application shows that applies the folder."""
    for each in listed(cluster, _APPLICATIONS):
        source: Mapping[str, str] = each["spec"].get("source") or {}
        if wanted.fits(source.get("path"), _resources(each)):
            yield _report(each)


def _report(each: Manifest) -> Report:
    operation: dict[str, Any] = status(each).get("operationState") or {}
    result: dict[str, Any] = operation.get("syncResult") or {}
    comparison: dict[str, str] = status(each).get("sync") or {}
    history: list[Mapping[str, str]] = status(each).get("history") or []
    conditions: list[Mapping[str, str]] = status(each).get("conditions") or []
    wrong = [one["message"] for one in conditions if one["type"].endswith("Error")]
    compared = comparison.get("revision") or ""
    if comparison.get("status") == "Synced":
        # The cluster has this commit, while an operation may still try an earlier one again.
        attempted = compared
    else:
        attempted = str(result.get("revision") or compared)
        wrong += _refused(operation, result)
    earlier = [one["revision"] for one in history if one.get("revision") not in (None, attempted)]
    namespace, name = key(each)
    return Report(
        f"Argo CD Application {namespace}/{name}",
        attempted=attempted,
        healthy=earlier[-1] if earlier else "",
        failure="; ".join(dict.fromkeys(wrong)),
        cannot_fetch=any(one["type"] == _FETCHING for one in conditions),
    )


def _refused(operation: Mapping[str, Any], result: Mapping[str, Any]) -> list[str]:
    """Return what an operation could not apply.

    One that is tried again is under way, whatever came of it so far.
    """
    applied: list[Mapping[str, str]] = result.get("resources") or []
    refused = [
        f"{one['kind']} {one['name']}: {one.get('message', '')}"
        for one in applied
        if one.get("status") == "SyncFailed"
    ]
    if not refused and operation.get("phase") in ("Failed", "Error"):
        return [str(operation.get("message") or operation["phase"])]
    return refused


def _resources(each: Manifest) -> set[Place]:
    entries: list[Mapping[str, str]] = status(each).get("resources") or []
    return {
        (one.get("group", ""), one["kind"], one.get("namespace", ""), one["name"])
        for one in entries
    }
