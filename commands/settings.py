"""The settings of stack files, which a module of `stacks` reads in a process of its own.

They are components' models, and commands import no component.
"""

import os
import subprocess
import sys
from pathlib import Path

from commands.checkout import Checkout

_PACKAGE = Path(__file__).resolve().parents[1]
"""Folder of the package `stacks`, which the checkout's Python imports."""


class SettingsRefused(Exception):
    """The module's message about what it refuses."""


def run_module(
    name: str, stack: str, checkout: Checkout, *words: str, stdin: str | None = None
) -> str:
    """Return what `python -m stacks.NAME` prints about a stack file.

    Raises SettingsRefused, with its message, where it fails.
    """
    command = ("-m", f"stacks.{name}", "--stack", stack, "--root", str(checkout.root), *words)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=_PACKAGE,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    if done.returncode != 0:
        raise SettingsRefused((done.stderr or done.stdout).strip())
    return done.stdout
