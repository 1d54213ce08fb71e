"""Belongs here: what the objects of Argo CD and Flux show of a folder, as those write them."""

import json
from typing import Any

import pytest

from commands.cluster import Cluster
from commands.gitops.argo_cd import argo_cd_reports
from commands.gitops.flux import flux_reports
from commands.gitops.report import Report, Wanted
from commands.stack import Stack
from tests.unit.commands.fakes import Program, as_text, deployed

_HERE = "--context kind-slipway-kind --request-timeout=10s get"
_WANTED = Wanted("deploy/shop", frozenset({("apps", "Deployment", "shop", "web")}))
_COMMIT = 40 * "a"
_BEFORE = 40 * "b"


def _listed(*found: dict[str, Any]) -> str:
    for each in found:
        each.setdefault("metadata", {"name": "shop", "namespace": "controllers"})
    return json.dumps({"items": found})


def _condition(kind: str, status: str, reason: str = "", message: str = "") -> dict[str, str]:
    return {"type": kind, "status": status, "reason": reason, "message": message}


@pytest.fixture
def cluster(stack: Stack, pulumi: Program, kubectl: Program) -> Cluster:
    pulumi.answers("stack export", as_text(deployed()))
    error = "the server doesn't have a resource type"
    kubectl.answers(f"{_HERE} applications", code=1, error=error)
    kubectl.answers(f"{_HERE} kustomizations", code=1, error=error)
    return Cluster(stack)


def _flux(cluster: Cluster) -> list[Report]:
    return list(flux_reports(cluster, _WANTED))


def _argo_cd(cluster: Cluster) -> list[Report]:
    return list(argo_cd_reports(cluster, _WANTED))


def _kustomization(path: str = "./deploy/shop", **status: Any) -> dict[str, Any]:
    reference = {"kind": "GitRepository", "name": "shop"}
    return {"spec": {"path": path, "sourceRef": reference}, "status": status}


def _application(path: str = "deploy/shop", **status: Any) -> dict[str, Any]:
    return {"spec": {"source": {"path": path}}, "status": status}


def test_a_cluster_without_controllers_has_no_reports(cluster: Cluster) -> None:
    assert _flux(cluster) == []
    assert _argo_cd(cluster) == []


def test_a_kustomization_has_the_commits_that_it_tried_and_found_healthy(
    cluster: Cluster, kubectl: Program
) -> None:
    status = {
        "lastAttemptedRevision": f"main@sha1:{_COMMIT}",
        "lastAppliedRevision": f"main@sha1:{_BEFORE}",
        "conditions": [_condition("Ready", "Unknown", "Progressing", "Reconciliation in progress")],
    }
    kubectl.answers(f"{_HERE} kustomizations", _listed(_kustomization(**status)))
    kubectl.answers(f"{_HERE} gitrepositories", _listed())

    assert _flux(cluster) == [Report("Flux Kustomization controllers/shop", _COMMIT, _BEFORE)]


@pytest.mark.parametrize(
    ("path", "inventory", "fits"),
    [
        ("./deploy/shop/", [], True),
        ("./deploy", ["shop_web_apps_Deployment"], True),
        ("./deploy", ["shop_api_apps_Deployment"], False),
        ("./deploy", ["_shop__Namespace"], False),
    ],
)
def test_a_kustomization_counts_by_its_path_or_by_what_it_applied(
    cluster: Cluster, kubectl: Program, path: str, inventory: list[str], *, fits: bool
) -> None:
    entries = [{"id": each, "v": "v1"} for each in inventory]
    kustomization = _kustomization(path, inventory={"entries": entries})
    kubectl.answers(f"{_HERE} kustomizations", _listed(kustomization))
    kubectl.answers(f"{_HERE} gitrepositories", _listed())

    assert len(_flux(cluster)) == fits


def test_a_kustomization_that_failed_says_why(cluster: Cluster, kubectl: Program) -> None:
    failed = _condition("Ready", "False", "BuildFailed", "kustomize build failed")
    kubectl.answers(f"{_HERE} kustomizations", _listed(_kustomization(conditions=[failed])))
    kubectl.answers(f"{_HERE} gitrepositories", _listed())

    (report,) = _flux(cluster)

    assert (report.failure, report.cannot_fetch) == ("BuildFailed: kustomize build failed", False)


def test_a_kustomization_that_waits_for_another_has_not_failed(
    cluster: Cluster, kubectl: Program
) -> None:
    waits = _condition("Ready", "False", "DependencyNotReady", "dependency 'x' is not ready")
    kubectl.answers(f"{_HERE} kustomizations", _listed(_kustomization(conditions=[waits])))
    kubectl.answers(f"{_HERE} gitrepositories", _listed())

    assert _flux(cluster)[0].failure == ""


def test_a_repository_that_cannot_be_fetched_is_named(cluster: Cluster, kubectl: Program) -> None:
    failed = _condition("Ready", "False", "GitOperationFailed", "authentication required")
    kubectl.answers(f"{_HERE} kustomizations", _listed(_kustomization()))
    kubectl.answers(f"{_HERE} gitrepositories", _listed({"status": {"conditions": [failed]}}))

    (report,) = _flux(cluster)

    assert report.failure == "GitRepository shop: GitOperationFailed: authentication required"
    assert report.cannot_fetch


def test_an_application_has_the_commit_of_its_sync_and_the_one_before(
    cluster: Cluster, kubectl: Program
) -> None:
    status = {
        "sync": {"revision": _COMMIT, "status": "Synced"},
        "operationState": {"phase": "Succeeded", "syncResult": {"revision": _COMMIT}},
        "history": [{"revision": _BEFORE}, {"revision": _COMMIT}],
    }
    kubectl.answers(f"{_HERE} applications", _listed(_application(**status)))

    assert _argo_cd(cluster) == [Report("Argo CD Application controllers/shop", _COMMIT, _BEFORE)]


def test_an_application_counts_by_its_path_or_by_its_objects(
    cluster: Cluster, kubectl: Program
) -> None:
    web = {"group": "apps", "kind": "Deployment", "namespace": "shop", "name": "web"}
    other = {"kind": "Service", "namespace": "shop", "name": "other"}
    found = [_application("x"), _application("y", resources=[other, web]), _application()]
    kubectl.answers(f"{_HERE} applications", _listed(*found))

    assert len(_argo_cd(cluster)) == 2


def test_an_application_whose_sync_failed_says_why(cluster: Cluster, kubectl: Program) -> None:
    operation = {
        "phase": "Failed",
        "message": "one or more objects failed to apply",
        "syncResult": {"revision": _COMMIT},
    }
    kubectl.answers(f"{_HERE} applications", _listed(_application(operationState=operation)))

    (report,) = _argo_cd(cluster)

    assert report == Report(
        "Argo CD Application controllers/shop", _COMMIT, "", "one or more objects failed to apply"
    )


def test_an_object_that_is_refused_again_and_again_is_named(
    cluster: Cluster, kubectl: Program
) -> None:
    service = {"kind": "Service", "name": "web", "status": "SyncFailed", "message": "port 70000"}
    fine = {"kind": "Namespace", "name": "shop", "status": "Synced", "message": "unchanged"}
    operation = {
        "phase": "Running",
        "message": "retrying attempt #3",
        "syncResult": {"revision": _COMMIT, "resources": [fine, service]},
    }
    kubectl.answers(f"{_HERE} applications", _listed(_application(operationState=operation)))

    assert _argo_cd(cluster)[0].failure == "Service web: port 70000"


def test_a_cluster_that_is_in_sync_again_is_not_at_the_commit_that_is_still_tried(
    cluster: Cluster, kubectl: Program
) -> None:
    service = {"kind": "Service", "name": "web", "status": "SyncFailed", "message": "port 70000"}
    status = {
        "sync": {"status": "Synced", "revision": _COMMIT},
        "operationState": {
            "phase": "Running",
            "syncResult": {"revision": _BEFORE, "resources": [service]},
        },
    }
    kubectl.answers(f"{_HERE} applications", _listed(_application(**status)))

    assert _argo_cd(cluster) == [Report("Argo CD Application controllers/shop", _COMMIT)]


def test_an_application_whose_repository_cannot_be_read_says_why(
    cluster: Cluster, kubectl: Program
) -> None:
    wrong = {"type": "ComparisonError", "message": "repository not found"}
    status = {"conditions": [wrong], "sync": {"status": "Unknown"}}
    kubectl.answers(f"{_HERE} applications", _listed(_application(**status)))

    (report,) = _argo_cd(cluster)

    assert (report.failure, report.cannot_fetch) == ("repository not found", True)
