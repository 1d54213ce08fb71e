"""`make commit`: the rendered folder of a stack on a branch that a controller follows."""

import contextlib
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

from commands.errors import CommandError
from commands.gitops.rendered import git, identity, require_rendered
from commands.stack import Stack

_NEW = "slipway-first-commit"
"""Name in this clone of a branch that does not exist yet, until it is pushed."""

_ATTEMPTS = 3
"""Attempts to push; another job may push its folder to the branch meanwhile."""


def publish(stack: Stack, folder: Path, branch: str) -> None:
    """Commit a rendered folder to a branch of `origin`, as a folder of the same name, and push it.

    The branch is made if it does not exist; other folders on it stay, and a folder that is as it
    was makes no commit. The working tree and the current branch are not changed. Raises
    CommandError for a folder that holds no rendered files of the stack, and where Git refuses.
    """
    require_rendered(stack, folder)
    source = git(folder, "rev-parse", "--short=9", "HEAD")
    for attempt in range(1, _ATTEMPTS + 1):
        with _branch(folder, branch) as tree:
            shutil.rmtree(tree / folder.name, ignore_errors=True)
            shutil.copytree(folder, tree / folder.name)
            git(tree, "add", "--all", "--", folder.name)
            if not git(tree, "diff", "--cached", "--name-only"):
                print(f"the branch {branch} has {folder.name} as it is rendered")
                return
            message = f"{stack.name} as of {source}"
            git(tree, *identity(folder), "commit", "--quiet", f"--message={message}")
            try:
                git(tree, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
            except CommandError:
                if attempt == _ATTEMPTS:
                    raise
                continue
            commit = git(tree, "rev-parse", "HEAD")
        print(f"the branch {branch} has {folder.name} as of {source}, in commit {commit[:9]}")
        return


@contextlib.contextmanager
def _branch(folder: Path, branch: str) -> Generator[Path]:
    """Yield a working tree of a branch of `origin`, or an empty one where it does not exist."""
    exists = git(folder, "ls-remote", "--heads", "origin", f"refs/heads/{branch}")
    git(folder, "worktree", "prune")
    with tempfile.TemporaryDirectory(prefix="slipway-commit-") as temporary:
        tree = Path(temporary) / "tree"
        if exists:
            git(folder, "fetch", "--quiet", "--depth=1", "origin", f"refs/heads/{branch}")
            git(folder, "worktree", "add", "--detach", str(tree), "FETCH_HEAD")
        else:
            # A run that was killed may have left it.
            git(folder, "update-ref", "-d", f"refs/heads/{_NEW}")
            git(folder, "worktree", "add", "--detach", "--no-checkout", str(tree), "HEAD")
            git(tree, "checkout", "--quiet", "--orphan", _NEW)
            git(tree, "rm", "-r", "--cached", "--quiet", "--ignore-unmatch", ".")
        try:
            yield tree
        finally:
            git(folder, "worktree", "remove", "--force", str(tree))
            git(folder, "update-ref", "-d", f"refs/heads/{_NEW}")
