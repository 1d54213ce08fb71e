"""A fresh clone on a machine that has Python, make and Git, but no Docker and no package index."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.unit.docs.pages import ROOT

_NEEDED = ("dirname", "env", "git", "make", "sh", "uname")
# Makes an environment as `uv venv` does, with the packages that this run of the tests has.
_UV = """\
#!/bin/sh
case "$1 $2" in
"--version ") echo uv 0.9.0 ;;
"venv --python") "$3" -m venv --without-pip "$4" ;;
"pip sync") echo '{packages}' > "${{5%/bin/python}}/{below}/packages.pth" ;;
*) exit 64 ;;
esac
"""


class FreshClone:
    """The repository with its uncommitted changes, cloned into a folder; nothing is set up."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "clone"
        self.path = str(folder / "programs")
        self._variables = {
            "PATH": self.path,
            "HOME": str(folder),
            "SLIPWAY_CACHE": str(folder / "cache"),
            "DOCKER_HOST": "unix:///nowhere/docker.sock",
        }
        _git("clone", "--quiet", "--shared", ROOT, self.root)
        for name in _listed("--deleted"):
            (self.root / name).unlink()
        for name in _listed("--modified", "--others", "--exclude-standard"):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.root / name)
        _offer_programs(Path(self.path))

    def make(self, *words: str, **variables: str) -> str:
        """Run a target and return what it printed; fail if it fails."""
        done = subprocess.run(
            ["make", *words],
            cwd=self.root,
            env=self._variables | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


def _offer_programs(folder: Path) -> None:
    folder.mkdir()
    for name in _NEEDED:
        place = shutil.which(name)
        assert place, f"there is no {name} on PATH"
        (folder / name).symlink_to(place)
    base = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    (folder / "python3").symlink_to(base)
    packages = Path(sysconfig.get_path("purelib"))
    uv = folder / "uv"
    text = _UV.format(packages=packages, below=packages.relative_to(sys.prefix))
    uv.write_text(text, encoding="utf-8")
    uv.chmod(0o755)


def _listed(*options: str) -> list[str]:
    """Return the names of files that differ from the last commit."""
    return [name for name in _git("ls-files", "-z", *options).split("\0") if name]


def _git(*words: str | Path) -> str:
    return subprocess.run(
        ["git", "-C", ROOT, *words], capture_output=True, text=True, check=True
    ).stdout
