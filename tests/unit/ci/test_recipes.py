"""The recipes in examples/ci: targets that exist, pinned actions, and no more than a job needs.

That their steps do what they say is tested in tests/recipes, and their syntax in tests/scan.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.docs.pages import ROOT, makefile_targets

_CI = ROOT / "examples" / "ci"
_GITHUB = sorted((_CI / "github").glob("*.yml"))
_GITLAB = _CI / "gitlab" / ".gitlab-ci.yml"
_PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
_USES = re.compile(r"^\s*uses: *(.*)$", re.MULTILINE)
_ALLOWED = {
    "preview.yml: plan": {"contents": "read", "id-token": "write", "pull-requests": "write"},
    "deploy.yml: merged": {"actions": "read", "contents": "read", "id-token": "write"},
    "render.yml: render": {"contents": "write"},
}
_USUAL = {"contents": "read", "id-token": "write"}


def _read(file: Path) -> dict[Any, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in _GITHUB:
        for name, job in _read(file)["jobs"].items():
            yield f"{file.name}: {name}", job


def _scripts() -> Iterator[tuple[str, str]]:
    for name, job in _jobs():
        for step in job["steps"]:
            if "run" in step:
                yield name, step["run"]
    for name, job in _read(_GITLAB).items():
        if "script" in job:
            for line in job["script"]:
                yield f"gitlab: {name}", line


@pytest.mark.parametrize(("place", "script"), list(_scripts()))
def test_a_shell_step_is_one_target_of_make(place: str, script: str) -> None:
    make, target, *variables = shlex.split(script)

    assert make == "make", place
    assert target in makefile_targets(), place
    for variable in variables:
        name, found, value = variable.partition("=")
        assert found
        assert name.isupper()
        assert value


@pytest.mark.parametrize("file", _GITHUB, ids=lambda file: file.name)
def test_an_action_is_pinned_by_a_commit_with_its_version_beside(file: Path) -> None:
    used = _USES.findall(file.read_text(encoding="utf-8"))

    assert used
    assert [each for each in used if not _PINNED.fullmatch(each)] == []


@pytest.mark.parametrize(("place", "job"), list(_jobs()))
def test_a_job_has_the_permissions_that_it_needs_and_a_time_limit(
    place: str, job: dict[str, Any]
) -> None:
    assert job["permissions"] == _ALLOWED.get(place, _USUAL)
    assert 0 < job["timeout-minutes"] <= 60


@pytest.mark.parametrize(("place", "job"), list(_jobs()))
def test_a_token_stays_in_the_checkout_only_for_a_push(place: str, job: dict[str, Any]) -> None:
    (checkout,) = [each for each in job["steps"] if "actions/checkout@" in each.get("uses", "")]

    pushes = any("make commit" in each.get("run", "") for each in job["steps"])
    assert checkout["with"]["persist-credentials"] is pushes, place


@pytest.mark.parametrize("file", _GITHUB, ids=lambda file: file.name)
def test_a_workflow_gives_no_permission_by_itself_and_interrupts_no_update(file: Path) -> None:
    workflow = _read(file)

    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["cancel-in-progress"] is (file.name == "preview.yml")


@pytest.mark.parametrize("file", [*_GITHUB, _GITLAB], ids=lambda file: file.name)
def test_no_secret_is_kept_in_the_ci(file: Path) -> None:
    assert "secrets." not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("place", "job"), list(_jobs()))
def test_a_job_of_a_pull_request_of_a_fork_does_not_run(place: str, job: dict[str, Any]) -> None:
    condition = str(job.get("if", ""))
    if place.startswith("preview.yml") or "github.event.action" in condition:
        assert "github.event.pull_request.head.repo.full_name == github.repository" in condition


def test_updates_of_a_stack_and_its_nightly_comparison_wait_for_each_other() -> None:
    groups = {file.name: _read(file)["concurrency"]["group"] for file in _GITHUB}
    assert groups["deploy.yml"] == groups["drift.yml"] == "deploy-production"

    jobs = _read(_GITLAB)
    assert jobs["deploy"]["resource_group"] == jobs["drift"]["resource_group"] == "production"


def test_a_deployment_by_gitlab_has_the_plan_of_its_own_pipeline_and_an_approval() -> None:
    deploy = _read(_GITLAB)["deploy"]

    assert deploy["needs"] == ["plan"]
    assert [rule["when"] for rule in deploy["rules"]] == ["manual"]
    assert deploy["script"] == ["make up STACK=production APPROVED=plan.json"]


def test_controllers_follow_the_folder_and_the_branch_that_the_recipes_commit() -> None:
    application = _read(_CI / "argo-cd" / "application.yaml")["spec"]
    repository = _read(_CI / "flux" / "git-repository.yaml")
    kustomization = _read(_CI / "flux" / "kustomization.yaml")["spec"]

    assert (application["source"]["targetRevision"], application["source"]["path"]) == (
        "rendered", "production",
    )  # fmt: skip
    assert repository["spec"]["ref"] == {"branch": "rendered"}
    assert kustomization["path"] == "./production"
    assert kustomization["sourceRef"]["name"] == repository["metadata"]["name"]
    commits = [line for _, line in _scripts() if line.startswith("make commit")]
    assert commits == 2 * ["make commit STACK=production OUT=production BRANCH=rendered"]
