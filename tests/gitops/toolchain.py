"""Images and sources of the controllers, as the toolchain has them."""

import subprocess
import sys
from pathlib import Path

from tests.live.project import CHECKOUT, Project


def load_image(project: Project, name: str) -> None:
    """Make an image, if it is not in the cache, and load it into the cluster."""
    archive = _toolchain("image", name)
    project.run("kind", "load", "image-archive", archive, "--name", project.name)


def source(tool: str, module: str) -> Path:
    """Return the folder of a module that a tool is built from."""
    return Path(_toolchain("source", tool, module))


def _toolchain(*words: str) -> str:
    command = [sys.executable, "-m", "toolchain", *words]
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()[-1]
