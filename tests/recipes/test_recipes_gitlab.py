"""The jobs in examples/ci/gitlab: every script of them runs, against a real cluster.

The tests follow each other on the stacks of one team.
"""

import pytest
import yaml

from tests.live.project import CHECKOUT
from tests.recipes.conftest import Team
from tests.recipes.gitlab import GitLab
from tests.recipes.workspace import git

pytestmark = pytest.mark.live

_PUSH = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"}
_NIGHT = {"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"}
_REQUEST = {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "7"}


@pytest.fixture(scope="module")
def gitlab(team: Team) -> GitLab:
    """The project on GitLab."""
    variables = {**team.runner, "PULUMI_BACKEND_URL": team.backend}
    return GitLab(team.repository.bare, team.folder, variables)


def test_a_merge_request_is_planned_and_its_environment_made_on_demand(
    team: Team, gitlab: GitLab
) -> None:
    team.repository.branch("change")
    team.repository.set("production", app=team.app | {"replicas": 3})

    outputs = gitlab.pipeline(team.repository.merged("change"), _REQUEST, "environment")

    assert {name: each.code for name, each in outputs.items()} == {
        "plan of the merge request": 0, "environment": 0,
    }, outputs  # fmt: skip
    assert team.ready("mr-7") == 2


def test_and_removed_on_demand(team: Team, gitlab: GitLab) -> None:
    outputs = gitlab.pipeline(team.repository.merged("change"), _REQUEST, "remove environment")

    assert outputs["remove environment"].code == 0, outputs
    assert team.ready("mr-7") == 0


def test_main_is_deployed_as_it_was_planned(team: Team, gitlab: GitLab) -> None:
    outputs = gitlab.pipeline(team.repository.merge("change"), _PUSH, "deploy")

    assert {name: each.code for name, each in outputs.items()} == {"plan": 0, "deploy": 0}, outputs
    assert team.ready("production") == 3


def test_nights_compare_and_remove_what_was_forgotten(team: Team, gitlab: GitLab) -> None:
    outputs = gitlab.pipeline(team.repository.push(), _NIGHT)

    assert {name: each.code for name, each in outputs.items()} == {"drift": 0, "prune": 0}, outputs


def test_main_is_rendered_for_a_controller(team: Team, gitlab: GitLab) -> None:
    (pod, *_) = team.kubectl(
        "get", "pods", "--namespace=slipway-production", "--output=jsonpath={..containers[0].image}"
    ).split()
    git(team.repository.clone, "checkout", "--quiet", "main")
    app = team.app | {"user": 10001}
    team.repository.set("production", deliver="gitops", image={"reference": pod}, app=app)

    outputs = gitlab.pipeline(team.repository.push(), {**_PUSH, "DELIVER": "gitops"})

    assert outputs["render"].code == 0, outputs
    listed = git(team.repository.bare, "ls-tree", "-r", "--name-only", "rendered")
    assert "production/kustomization.yaml" in listed


def test_every_script_has_run(gitlab: GitLab) -> None:
    file = CHECKOUT / "examples" / "ci" / "gitlab" / ".gitlab-ci.yml"
    jobs = {name for name, job in yaml.safe_load(file.read_text()).items() if "script" in job}

    assert set(gitlab.ran) == jobs
