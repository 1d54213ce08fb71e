"""The folder that `make render` wrote: its objects, and its place in Git."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from commands.drift.declared import Declared
from commands.errors import CommandError
from commands.stack import Stack

_HEAD = re.compile(r"# Rendered by Slipway from the stack (\S+) of the project ")
_ROLLOUT_SECONDS = 600.0
_WHO = ("-c", "user.name=Slipway", "-c", "user.email=slipway@localhost")
_NOBODY = ""
"""Field manager of no field: whoever applies the folder, each field is compared."""


@dataclass(frozen=True)
class Rendered:
    """The committed files of a stack."""

    folder: Path
    objects: tuple[Declared, ...]
    commit: str
    """The full hash of the last commit that changed the folder."""

    @property
    def short(self) -> str:
        """The commit as people write it."""
        return self.commit[:9]

    @classmethod
    def of(cls, stack: Stack, folder: Path) -> "Rendered":
        """Read a folder.

        Raises CommandError for one that holds no rendered files of the stack, and for files that
        are not committed.
        """
        text = require_rendered(stack, folder)
        names: list[str] = yaml.safe_load(text)["resources"]
        objects = [yaml.safe_load((folder / each).read_text(encoding="utf-8")) for each in names]
        return cls(folder, tuple(map(_declared, objects)), _commit(folder))


def require_rendered(stack: Stack, folder: Path) -> str:
    """Return the kustomization of a folder. Raises CommandError unless it is rendered there."""
    file = folder / "kustomization.yaml"
    render = f"make render STACK={stack.name} OUT={folder}"
    if not file.is_file():
        raise CommandError(
            f"{folder} has no kustomization.yaml: nothing is rendered there",
            f"{render}, then commit and push the folder",
        )
    text = file.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    if head is None or head[1] != stack.name:
        what = f"of the stack {head[1]}" if head else "not one that `make render` wrote"
        raise CommandError(f"{file} is {what}", f"{render}, or another OUT")
    return text


def _declared(manifest: dict[str, Any]) -> Declared:
    return Declared("", manifest, _NOBODY, _ROLLOUT_SECONDS)


def _commit(folder: Path) -> str:
    """Return the last commit of a folder. Raises CommandError for files that are not committed."""
    if git(folder, "status", "--porcelain", "--", "."):
        raise CommandError(
            f"{folder} has changes that are not committed, and a controller follows Git",
            f"git add {folder}, git commit, git push, then the same command again",
        )
    commit = git(folder, "log", "-1", "--format=%H", "--", ".")
    if not commit:
        raise CommandError(f"no commit has {folder}", f"git add {folder}, git commit, git push")
    return commit


def git(folder: Path, *words: str) -> str:
    """Return what Git prints in a folder. Raises CommandError where it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", folder, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
    except FileNotFoundError:
        raise CommandError("Git is not installed", "install git") from None
    if done.returncode != 0:
        raise CommandError(
            f"`git {' '.join(words)}` failed in {folder}: {done.stderr.strip()}",
            "correct what it says, then the same command again",
        )
    return done.stdout.strip()


def identity(folder: Path) -> tuple[str, ...]:
    """Return options with which Git commits where it does not know in whose name."""
    try:
        git(folder, "var", "GIT_COMMITTER_IDENT")
    except CommandError:
        return _WHO
    return ()
