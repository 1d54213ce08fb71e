"""A command in a process of its own: python -m tests.unit.commands.child ROOT PROGRAMS COMMAND…"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from commands.checkout import Checkout
from commands.cli import main

_REPOSITORY = Path(__file__).resolve().parents[3]


def command(checkout: Checkout, *arguments: str) -> list[str]:
    """The words that run a command on a checkout, with the programs the checkout has now."""
    python = Path(sys.prefix) / "bin" / "python"
    module = "tests.unit.commands.child"
    return [str(python), "-m", module, str(checkout.root), str(checkout.programs), *arguments]


def start(checkout: Checkout, *arguments: str) -> subprocess.Popen[str]:
    """Start a command, away from any terminal."""
    return subprocess.Popen(
        command(checkout, *arguments),
        env={**os.environ, "PYTHONPATH": str(_REPOSITORY)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def eventually(what: str, holds: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something holds; fail naming it."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)


if __name__ == "__main__":
    root, programs, *rest = sys.argv[1:]
    sys.executable = str(Path(programs) / "python")
    with mock.patch.object(Checkout, "of_this_package", return_value=Checkout(Path(root))):
        sys.exit(main(rest))
