"""The workflows in examples/ci/github: every shell step of them runs, against a real cluster.

The tests follow each other on the stacks of one team.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.live.project import CHECKOUT
from tests.recipes.conftest import Team
from tests.recipes.github import GitHub
from tests.recipes.workspace import Output, git

pytestmark = pytest.mark.live

_HASH = re.compile(r"[0-9a-f]{64}(?:-[0-9a-f]{4}){5}")
_SCHEDULE = {"name": "schedule"}


@pytest.fixture(scope="module")
def github(team: Team) -> GitHub:
    """The repository on GitHub."""
    settings = {"PULUMI_BACKEND_URL": team.backend}
    return GitHub(team.repository.bare, team.folder, team.runner, settings)


class _PullRequest:
    """A pull request that changes settings of production."""

    def __init__(self, number: int, team: Team, github: GitHub, **app: Any) -> None:
        self.number, self._team, self._github = number, team, github
        self.branch = f"change-{number}"
        team.repository.branch(self.branch)
        team.app = {**team.app, **app}
        team.repository.set("production", app=team.app)

    def event(self, action: str, **more: Any) -> dict[str, Any]:
        """What GitHub says happened to it."""
        head = {"repo": {"full_name": "team/shop"}}
        about = {"number": self.number, "head": head, "merged": False, **more}
        ref = f"refs/pull/{self.number}/merge"
        return {"name": "pull_request", "action": action, "ref": ref, "pull_request": about}

    def preview(self) -> str:
        """Run the preview, and return the comment."""
        commit = self._team.repository.merged(self.branch)
        (output,) = self._github.run("preview.yml", self.event("opened"), commit)
        assert output.code == 0, output.text
        return self._github.comments[self.number, "plan-production"]

    def merge(self) -> Output:
        """Merge it, and return how the deployment went."""
        commit = self._team.repository.merge(self.branch)
        event = self.event("closed", merged=True, merge_commit_sha=commit)
        (output,) = self._github.run("deploy.yml", event, commit)
        return output

    def environment(self, action: str) -> Output:
        """Run the recipe of environments."""
        commit = self._team.repository.merged(self.branch)
        (output,) = self._github.run("environment.yml", self.event(action), commit)
        return output


def test_a_merged_pull_request_is_applied_as_its_comment_said(team: Team, github: GitHub) -> None:
    first = _PullRequest(1, team, github, replicas=3)

    comment = first.preview()
    assert "web" in comment
    assert team.kubectl("get", "namespaces", "--output=name").count("slipway-production") == 0
    applied = first.merge()

    assert applied.code == 0, applied.text
    assert team.ready("production") == 3


def test_a_commit_that_was_slipped_in_is_refused(team: Team, github: GitHub) -> None:
    change = _PullRequest(2, team, github, replicas=2)
    assert "scales from 3 to 2" in change.preview()
    git(team.repository.clone, "checkout", "--quiet", "main")
    (team.repository.clone / "app" / "slipped.js").write_text("", encoding="utf-8")
    git(team.repository.clone, "add", "--all")
    git(team.repository.clone, "commit", "--quiet", "--message=slipped in")

    refused = change.merge()

    assert refused.code != 0
    assert "would get something else than was approved" in refused.text
    assert team.replicas("production") == 3


def test_a_plan_of_main_is_applied_by_its_hash(team: Team, github: GitHub) -> None:
    again = _PullRequest(3, team, github)
    comment = again.preview()  # of what main is now
    (approved,) = set(_HASH.findall(comment))
    event = {"name": "workflow_dispatch", "inputs": {"approved": approved}}

    (output,) = github.run("deploy.yml", event, team.repository.merge(again.branch))

    assert output.code == 0, output.text
    assert team.replicas("production") == 2


def test_drift_is_reported_at_night(team: Team, github: GitHub) -> None:
    main = team.repository.push()
    (clean,) = github.run("drift.yml", _SCHEDULE, main)
    team.kubectl("scale", "deployment/web", "--namespace=slipway-production", "--replicas=1")

    (found,) = github.run("drift.yml", _SCHEDULE, main)

    assert clean.code == 0, clean.text
    assert found.code != 0
    assert "spec.replicas" in found.text
    assert "kubectl" in found.text


def test_a_pull_request_has_an_environment_until_it_is_closed(team: Team, github: GitHub) -> None:
    change = _PullRequest(42, team, github)

    made = change.environment("opened")
    assert made.code == 0, made.text
    assert team.ready("pr-42") == 2
    assert "make prune FROM=staging" in made.text
    (kept,) = github.run("environment.yml", _SCHEDULE, team.repository.push())
    assert "pr-42 stays for another" in kept.text
    removed = change.environment("closed")

    assert removed.code == 0, removed.text
    assert team.ready("pr-42") == 0
    assert team.kubectl("get", "namespaces", "--output=name").count("slipway-pr-42") == 0


def test_an_environment_whose_time_has_passed_is_removed_at_night(
    team: Team, github: GitHub
) -> None:
    change = _PullRequest(43, team, github)
    github.variables = {**team.runner, "HOURS": "0"}
    assert change.environment("opened").code == 0

    (pruned,) = github.run("environment.yml", _SCHEDULE, team.repository.push())

    assert pruned.code == 0, pruned.text
    assert "pr-43: its time passed" in pruned.text
    assert team.kubectl("get", "namespaces", "--output=name").count("slipway-pr-43") == 0
    github.variables = team.runner


def test_main_is_rendered_to_the_branch_that_a_controller_follows(
    team: Team, github: GitHub, tmp_path: Path
) -> None:
    (pod, *_) = team.kubectl(
        "get", "pods", "--namespace=slipway-production", "--output=jsonpath={..containers[0].image}"
    ).split()
    git(team.repository.clone, "checkout", "--quiet", "main")
    image = {"reference": pod}
    team.repository.set("production", deliver="gitops", image=image, app=team.app | {"user": 10001})

    rendered = github.run("render.yml", {"name": "push"}, team.repository.push())

    assert [each.code for each in rendered] == [0, 0], rendered
    clone = tmp_path / "deploy"
    git(tmp_path, "clone", "--quiet", "-b", "rendered", str(team.repository.bare), str(clone))
    dry = team.kubectl("apply", "--dry-run=server", f"--kustomize={clone / 'production'}")
    assert "deployment.apps/web" in dry


def test_every_shell_step_of_every_workflow_has_run(github: GitHub) -> None:
    steps = {
        f"{file.name}: {name}: {step['name']}"
        for file in sorted((CHECKOUT / "examples" / "ci" / "github").glob("*.yml"))
        for name, job in yaml.safe_load(file.read_text())["jobs"].items()
        for step in job["steps"]
        if "run" in step
    }

    assert set(github.ran) == steps
