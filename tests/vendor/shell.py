"""Commands in a namespace."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.vendor.namespace import Namespace

_LIMIT_SECONDS = 300.0


@dataclass(frozen=True)
class Ran:
    """How a command ended: exit code, everything it printed, and how long it took."""

    code: int
    output: str
    seconds: float


class Shell:
    """Runs commands in a namespace, in the folder ``home`` and with these variables."""

    def __init__(self, namespace: Namespace, home: Path, environment: dict[str, str]) -> None:
        self.namespace, self.home, self.environment = namespace, home, environment

    def run(
        self,
        *words: str,
        folder: Path | None = None,
        check: bool = True,
        limit: float = _LIMIT_SECONDS,
        **variables: str,
    ) -> Ran:
        """Run a command on the machine, in its home or in a ``folder``; one that fails fails."""
        started = time.monotonic()
        command = self.namespace.command(words, folder or self.home)
        code, output = _run(command, {**self.environment, **variables}, limit)
        ran = Ran(code, output, time.monotonic() - started)
        if check and ran.code != 0:
            raise AssertionError(f"`{shlex.join(words)}` ended with {ran.code}:\n{ran.output}")
        return ran


def _run(command: Sequence[str], environment: Mapping[str, str], limit: float) -> tuple[int, str]:
    """Return a command's exit code and output; what it started ends with it at the latest."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=limit)
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
    return process.returncode, output
