"""Belongs here: the branch with rendered folders, and that nothing else of a clone is touched."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.errors import CommandError
from commands.gitops import publish as module
from commands.gitops.publish import publish
from commands.stack import Stack
from tests.unit.commands.gitops.conftest import Git, object_of

_Render = Callable[..., Path]
_Commit = Callable[[str], str]


@pytest.fixture(autouse=True)
def origin(repository: Path, tmp_path: Path, git: Git, commit: _Commit) -> Path:
    """What the repository was cloned from, with a commit."""
    bare = tmp_path / "origin.git"
    subprocess.run(["git", "init", "--quiet", "--bare", bare], check=True)
    (repository / "program.py").write_text("")
    commit("the program")
    git("remote", "add", "origin", str(bare))
    git("push", "--quiet", "origin", "main")
    return bare


def _files(origin: Path) -> list[str]:
    words = ["git", "-C", origin, "ls-tree", "-r", "--name-only", "rendered"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()


def _messages(origin: Path) -> list[str]:
    words = ["git", "-C", origin, "log", "--format=%s", "rendered"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()


def test_the_folder_is_on_the_branch_and_nothing_else_is(
    stack: Stack, render: _Render, origin: Path, git: Git
) -> None:
    folder = render(object_of("Service", "web"))

    publish(stack, folder, "rendered")

    assert _files(origin) == ["shop/kustomization.yaml", "shop/service.yaml"]
    assert _messages(origin) == [f"kind as of {git('rev-parse', '--short=9', 'HEAD')}"]
    assert git("branch", "--show-current") == "main"
    assert git("branch", "--list").split() == ["*", "main"]
    assert git("worktree", "list").count("\n") == 0


def test_what_a_killed_run_left_is_in_nobodys_way(
    stack: Stack, render: _Render, origin: Path, git: Git, tmp_path: Path
) -> None:
    folder = render(object_of("Service", "web"))
    left = tmp_path / "left"
    git("worktree", "add", "--quiet", "-b", "slipway-first-commit", str(left), "HEAD")
    shutil.rmtree(left)

    publish(stack, folder, "rendered")

    assert _files(origin) == ["shop/kustomization.yaml", "shop/service.yaml"]
    assert git("branch", "--list").split() == ["*", "main"]
    assert git("worktree", "list").count("\n") == 0


def test_a_folder_that_is_as_it_was_makes_no_commit(
    stack: Stack, render: _Render, origin: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = render(object_of("Service", "web"))
    publish(stack, folder, "rendered")
    publish(stack, folder, "rendered")

    assert len(_messages(origin)) == 1
    assert "has shop as it is rendered" in capsys.readouterr().out


def test_objects_that_are_gone_are_removed_and_other_folders_stay(
    stack: Stack, render: _Render, origin: Path, tmp_path: Path
) -> None:
    folder = render(object_of("Service", "web"), object_of("Deployment", "web"))
    publish(stack, folder, "rendered")
    folder.rename(folder.with_name("other"))
    other = folder.with_name("other")
    publish(stack, other, "rendered")
    (other / "deployment.yaml").unlink()

    publish(stack, other, "rendered")

    assert _files(origin) == [
        "other/kustomization.yaml", "other/service.yaml",
        "shop/deployment.yaml", "shop/kustomization.yaml", "shop/service.yaml",
    ]  # fmt: skip


def test_a_push_of_another_job_meanwhile_is_kept(
    stack: Stack,
    render: _Render,
    origin: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    folder = render(object_of("Service", "web"))
    publish(stack, folder, "rendered")
    render(object_of("Service", "web", type="NodePort"))
    clone = tmp_path / "other job"
    subprocess.run(["git", "clone", "--quiet", "-b", "rendered", origin, clone], check=True)
    (clone / "of-another-job").write_text("")
    for words in (["add", "--all"], ["commit", "--quiet", "--message=another"]):
        who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        subprocess.run(["git", "-C", clone, *who, *words], check=True)
    real, pushed = module.git, []

    def git_once_late(at: Path, *words: str) -> str:
        if words[0] == "push" and not pushed:
            pushed.append(words)
            subprocess.run(["git", "-C", clone, "push", "--quiet"], check=True)
        return real(at, *words)

    monkeypatch.setattr(module, "git", git_once_late)

    publish(stack, folder, "rendered")

    assert "of-another-job" in _files(origin)
    assert len(_messages(origin)) == 3


def test_what_is_not_rendered_is_refused(stack: Stack, tmp_path: Path, render: _Render) -> None:
    with pytest.raises(CommandError, match="nothing is rendered there"):
        publish(stack, tmp_path, "rendered")
    with pytest.raises(CommandError, match="is of the stack other"):
        publish(stack, render(object_of("Service", "web"), stack="other"), "rendered")


def test_a_push_that_is_refused_is_reported(stack: Stack, render: _Render, origin: Path) -> None:
    (origin / "hooks" / "pre-receive").write_text("#!/bin/sh\necho protected branch >&2\nexit 1\n")
    (origin / "hooks" / "pre-receive").chmod(0o755)

    with pytest.raises(CommandError, match="protected branch"):
        publish(stack, render(object_of("Service", "web")), "rendered")
