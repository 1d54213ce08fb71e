"""Installing what a program or plugin depends on (`pulumi install`)."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from standins.language_host.environment import Environment
from standins.language_host.errors import HostError
from standins.language_host.processes import Processes
from standins.language_host.streams import Stream, output_of

_Step = tuple[str, list[str]]


def install(
    environment: Environment, folder: Path, processes: Processes
) -> Iterator[tuple[Stream, bytes]]:
    """Make the virtual environment if it is missing and install the folder's requirements.

    Yields the output as it comes. Raises HostError when a step fails; the step's own output
    comes before.
    """
    yield _say("Installing dependencies...")
    for title, command in _steps(environment, folder):
        yield _say(title)
        process = processes.start(
            command, folder=folder, variables=environment.variables(), piped=True
        )
        yield from output_of(process)
        code = processes.wait(process)
        if code:
            raise HostError(f"`{' '.join(command)}` in {folder} failed with exit code {code}")
    yield _say("Finished installing dependencies")


def _say(text: str) -> tuple[Stream, bytes]:
    return "stdout", f"{text}\n".encode()


def _steps(environment: Environment, folder: Path) -> Iterator[_Step]:
    if environment.toolchain == "uv":
        yield "Running uv sync", [_uv(), "sync"]
        return
    if not environment.exists:
        yield (
            f"Making the virtual environment {environment.virtualenv}",
            [sys.executable, "-m", "venv", str(environment.virtualenv)],
        )
    requirements = folder / "requirements.txt"
    if requirements.is_file():
        yield (
            f"Installing {requirements}",
            [environment.python(), "-m", "pip", "install", "-r", str(requirements)],
        )


def _uv() -> str:
    found = shutil.which("uv")
    if found is None:
        raise HostError("Pulumi.yaml: runtime option toolchain is uv, which is not on PATH")
    return found
