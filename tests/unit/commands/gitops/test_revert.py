"""Belongs here: the commit that takes a version back, made beside what the user works on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commands.errors import CommandError
from commands.gitops.rendered import Rendered
from commands.gitops.revert import prepare_revert
from commands.stack import Stack
from tests.unit.commands.gitops.conftest import Git, object_of

_Render = Callable[..., Path]
_Commit = Callable[[str], str]


@pytest.fixture
def version(render: _Render, commit: _Commit) -> Callable[[int], str]:
    """Commits a version of the folder with a number of replicas."""
    return lambda replicas: (
        render(object_of("Deployment", "web", replicas=replicas)) and commit(f"{replicas} replicas")
    )


def _at(git: Git, branch: str) -> str:
    return git("show", f"{branch}:deploy/shop/deployment.yaml")


def test_the_last_commit_is_reverted_on_a_branch_of_its_own(
    stack: Stack, version: Callable[[int], str], git: Git, repository: Path
) -> None:
    version(2)
    broken = version(3)
    (repository / "work.txt").write_text("not committed yet")

    branch = prepare_revert(Rendered.of(stack, repository / "deploy/shop"), None)

    assert branch == f"revert-{broken[:9]}"
    assert '"replicas": 2' in _at(git, branch)
    assert (git("rev-parse", "HEAD"), git("branch", "--show-current")) == (broken, "main")
    assert git("status", "--porcelain") == "?? work.txt"
    assert git("worktree", "list").count("\n") == 0


def test_all_versions_since_the_last_healthy_one_are_reverted(
    stack: Stack, version: Callable[[int], str], git: Git, repository: Path
) -> None:
    healthy = version(2)
    version(3)
    version(4)

    branch = prepare_revert(Rendered.of(stack, repository / "deploy/shop"), healthy)

    assert '"replicas": 2' in _at(git, branch)


def test_a_healthy_commit_that_git_does_not_have_counts_as_unknown(
    stack: Stack, version: Callable[[int], str], git: Git, repository: Path
) -> None:
    version(2)
    version(3)

    branch = prepare_revert(Rendered.of(stack, repository / "deploy/shop"), 40 * "a")

    assert '"replicas": 2' in _at(git, branch)


def test_a_merge_is_reverted_to_what_it_was_merged_into(
    stack: Stack, version: Callable[[int], str], git: Git, repository: Path
) -> None:
    version(2)
    git("switch", "--quiet", "--create", "change")
    version(3)
    git("switch", "--quiet", "main")
    git("merge", "--quiet", "--no-ff", "--message=merged", "change")

    rendered = Rendered.of(stack, repository / "deploy/shop")
    branch = prepare_revert(rendered, git("rev-parse", "HEAD^1"))

    assert '"replicas": 2' in _at(git, branch)


def test_what_cannot_be_reverted_alone_leaves_nothing_behind(
    stack: Stack, version: Callable[[int], str], git: Git, repository: Path
) -> None:
    version(2)
    rendered = Rendered.of(stack, repository / "deploy/shop")
    version(3)

    with pytest.raises(CommandError, match="revert"):
        prepare_revert(rendered, None)  # its commit is not the last one any more

    assert git("worktree", "list").count("\n") == 0
    assert git("branch", "--list", "revert-*") == ""


def test_the_first_version_has_nothing_to_return_to(
    stack: Stack, version: Callable[[int], str], git: Git, repository: Path
) -> None:
    first = version(2)

    with pytest.raises(CommandError, match=f"commit {first[:9]} is the first one"):
        prepare_revert(Rendered.of(stack, repository / "deploy/shop"), None)

    assert git("branch", "--list", "revert-*") == ""
