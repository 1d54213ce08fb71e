"""What a job of a CI has: a clone of the repository, and variables."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_LIMIT_SECONDS = 600.0
_OWN = ("MAKE", "PYTEST", "PYTHON", "VIRTUAL_ENV")
"""Beginnings of variables that belong to the run of the tests, not to this machine."""


@dataclass(frozen=True)
class Output:
    """How a shell step ended, and what it printed."""

    code: int
    text: str


@dataclass(frozen=True)
class Workspace:
    """A clean clone in which the shell steps of one job run."""

    folder: Path
    variables: Mapping[str, str]

    def check_out(self, repository: Path, commit: str, branch: str = "main") -> None:
        """Clone the repository, with a commit in the working tree."""
        git(self.folder.parent, "clone", "--quiet", str(repository), str(self.folder))
        git(self.folder, "checkout", "--quiet", "-B", branch, commit)

    def shell(self, script: str, **more: str) -> Output:
        """Run a script as a CI does."""
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env={**_of_this_machine(), **self.variables, **more, "CI": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
        return Output(done.returncode, done.stdout)

    def remove(self) -> None:
        """Remove the clone."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _of_this_machine() -> dict[str, str]:
    """Return the variables of this machine, without the programs of this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    folders = kept["PATH"].split(os.pathsep)
    own = str(Path(sys.executable).parent)
    return kept | {"PATH": os.pathsep.join(each for each in folders if each != own)}


def git(folder: Path, *words: str) -> str:
    """Return what Git prints."""
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    done = subprocess.run(
        ["git", "-C", folder, *who, *words], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
