"""The commit that takes a rendered version back, on a branch of its own and not pushed."""

import contextlib
import tempfile
from collections.abc import Generator
from pathlib import Path

from commands.errors import CommandError
from commands.gitops.rendered import Rendered, git, identity

_PARENTS = 2
"""Parents of a merge, of which the first is what it was merged into."""


def prepare_revert(rendered: Rendered, healthy: str | None) -> str:
    """Make the commit that reverts a folder to its last healthy version, and return its branch.

    `healthy` is the commit that was healthy last; None where that is not known, and then the last
    commit of the folder alone is reverted. Neither the working tree nor the current branch are
    changed. Raises CommandError where the commits cannot be reverted without a decision.
    """
    folder = rendered.folder
    branch = f"revert-{rendered.short}"
    with _worktree(folder) as tree:
        for commit in _commits(rendered, healthy):
            parents = git(folder, "log", "-1", "--format=%P", commit).split()
            mainline = ("--mainline=1",) if len(parents) >= _PARENTS else ()
            git(tree, *identity(folder), "revert", "--no-edit", *mainline, commit)
        prefix = git(folder, "rev-parse", "--show-prefix")
        if not (tree / prefix / "kustomization.yaml").exists():
            raise CommandError(f"commit {rendered.short} is the first one of {folder}")
        git(folder, "branch", "--force", branch, git(tree, "rev-parse", "HEAD"))
    return branch


def _commits(rendered: Rendered, healthy: str | None) -> list[str]:
    """Return the commits of the folder after the last healthy one, newest first."""
    if healthy is None or not is_ancestor(rendered.folder, healthy, rendered.commit):
        return [rendered.commit]
    listed = git(
        rendered.folder, "log", "--first-parent", "--format=%H", f"{healthy}..HEAD", "--", "."
    )
    return listed.split() or [rendered.commit]


def is_ancestor(folder: Path, commit: str, of: str) -> bool:
    """Return whether a commit is in the history of another one; False where Git has it not."""
    try:
        git(folder, "merge-base", "--is-ancestor", commit, of)
    except CommandError:
        return False
    return True


def is_behind_of(rendered: Rendered, commit: str) -> bool:
    """Return whether a commit is known to be an earlier one than that of a folder."""
    if commit == rendered.commit:
        return False
    return is_ancestor(rendered.folder, commit, rendered.commit)


@contextlib.contextmanager
def _worktree(folder: Path) -> Generator[Path]:
    """Yield a second working tree of the folder's repository."""
    git(folder, "worktree", "prune")
    with tempfile.TemporaryDirectory(prefix="slipway-revert-") as temporary:
        tree = Path(temporary) / "tree"
        git(folder, "worktree", "add", "--detach", str(tree), "HEAD")
        try:
            yield tree
        finally:
            git(folder, "worktree", "remove", "--force", str(tree))
