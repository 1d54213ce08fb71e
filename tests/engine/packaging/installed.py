"""The package in an environment of its own, which sees nothing of the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]


class Installed:
    """An environment with the wheel, and with the dependencies that the project's own has."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder)
        self.folder = folder
        self.python = folder / "bin" / "python"
        self.site_packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
        # Nothing is downloaded: pip finds every dependency there, in a version that fits, or fails.
        (self.site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
        _run(
            [sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet",
             "--no-index", "--no-build-isolation", REPOSITORY],
            folder,
        )  # fmt: skip

    def run(self, program: str, folder: Path, stdin: str = "", **variables: str) -> str:
        """Run a program in a folder and return its output; fail if it fails."""
        return _run([self.python, "-c", program], folder, stdin, **variables)


def _run(words: list[str | Path], folder: Path, stdin: str = "", **variables: str) -> str:
    outside = ("PYTHON", "PIP_", "PULUMI")
    own = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
    ran = subprocess.run(
        words,
        cwd=folder,
        env={**own, "PIP_CONFIG_FILE": os.devnull, **variables},
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout
