"""The repository of a team: this checkout, with stack files of its own, and its pull requests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.live.project import CHECKOUT
from tests.recipes.workspace import git


class Repository:
    """A bare repository with the branch `main`, changed through a clone."""

    def __init__(self, folder: Path, stacks: Mapping[str, Mapping[str, Any]]) -> None:
        self.bare, self.clone = folder / "shop.git", folder / "clone"
        git(folder, "clone", "--quiet", "--bare", str(CHECKOUT), str(self.bare))
        git(folder, "clone", "--quiet", str(self.bare), str(self.clone))
        git(self.clone, "checkout", "--quiet", "-B", "main")
        self._stacks = {name: dict(settings) for name, settings in stacks.items()}
        for name in self._stacks:
            self.set(name)
        git(self.clone, "push", "--quiet", "--force", "origin", "main")

    def set(self, stack: str, **settings: Any) -> str:
        """Commit settings of a stack on the current branch, and return the commit."""
        self._stacks[stack] |= settings
        config = {f"slipway:{key}": value for key, value in self._stacks[stack].items()}
        file = self.clone / "stacks" / f"Pulumi.{stack}.yaml"
        file.write_text(json.dumps({"config": config}, indent=2), encoding="utf-8")
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", "--allow-empty", f"--message=set {stack}")
        return git(self.clone, "rev-parse", "HEAD")

    def branch(self, name: str) -> None:
        """Start a branch from main, and have the next commits on it."""
        git(self.clone, "checkout", "--quiet", "-B", name, "main")

    def merged(self, branch: str) -> str:
        """Return the commit that merging a branch into main would make."""
        git(self.clone, "checkout", "--quiet", "--detach", "main")
        git(self.clone, "merge", "--quiet", "--no-ff", f"--message=merge {branch}", branch)
        commit = git(self.clone, "rev-parse", "HEAD")
        git(self.clone, "push", "--quiet", "--force", "origin", f"{commit}:refs/heads/merge")
        return commit

    def merge(self, branch: str) -> str:
        """Merge a branch into main, and return the commit."""
        commit = self.merged(branch)
        git(self.clone, "checkout", "--quiet", "-B", "main", commit)
        git(self.clone, "push", "--quiet", "origin", "main")
        return commit

    def push(self) -> str:
        """Push main, and return its commit."""
        git(self.clone, "push", "--quiet", "origin", "main")
        return git(self.clone, "rev-parse", "main")
