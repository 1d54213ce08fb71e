"""Belongs here: what a rendered folder must be before anything is waited for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commands.errors import CommandError
from commands.gitops.rendered import Rendered
from commands.stack import Stack
from tests.unit.commands.gitops.conftest import Git, object_of

_Render = Callable[..., Path]
_Commit = Callable[[str], str]


def test_a_folder_has_its_objects_and_the_commit_that_changed_it_last(
    stack: Stack, render: _Render, commit: _Commit, repository: Path
) -> None:
    folder = render(object_of("Service", "web"), object_of("Deployment", "web", replicas=2))
    first = commit("first")
    (repository / "README.md").write_text("beside it")
    commit("beside it")

    rendered = Rendered.of(stack, folder)

    assert [str(each) for each in rendered.objects] == ["shop/web", "shop/web"]
    assert rendered.objects[1].manifest["spec"] == {"replicas": 2}
    assert (rendered.commit, rendered.short) == (first, first[:9])


def test_a_folder_without_rendered_files_is_refused(stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing is rendered there"):
        Rendered.of(stack, tmp_path)


def test_a_folder_of_another_stack_is_refused(
    stack: Stack, render: _Render, commit: _Commit
) -> None:
    folder = render(object_of("Service", "web"), stack="other")
    commit("first")

    with pytest.raises(CommandError, match="is of the stack other"):
        Rendered.of(stack, folder)


@pytest.mark.parametrize("is_new", [True, False])
def test_files_that_are_not_committed_are_refused(
    stack: Stack, render: _Render, commit: _Commit, *, is_new: bool
) -> None:
    folder = render(object_of("Service", "web"))
    if not is_new:
        commit("first")
        render(object_of("Service", "web", type="ClusterIP"))

    with pytest.raises(CommandError, match="changes that are not committed"):
        Rendered.of(stack, folder)


def test_a_folder_outside_of_git_is_refused(
    stack: Stack, tmp_path: Path, render: _Render, git: Git
) -> None:
    folder = render(object_of("Service", "web"))
    folder.rename(tmp_path / "outside")

    with pytest.raises(CommandError, match="not a git repository"):
        Rendered.of(stack, tmp_path / "outside")
