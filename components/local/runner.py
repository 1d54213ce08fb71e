"""Running commands. Everything that this package does to the machine goes through a Runner."""

import ctypes
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

_PR_SET_PDEATHSIG = 1
_LINES_SHOWN = 15


class LocalError(Exception):
    """Something on this machine is not as it must be; the message says what and what to do."""


class CommandError(LocalError):
    """A command failed. `output` holds what it printed."""

    def __init__(self, command: str, reason: str, output: str) -> None:
        tail = "\n".join(f"  {line}" for line in output.strip().splitlines()[-_LINES_SHOWN:])
        super().__init__(f"`{command}` {reason}" + (f":\n{tail}" if tail else ""))
        self.output = output


@dataclass(frozen=True)
class Runner:
    """Runs commands with this environment on top of the process's own."""

    environment: Mapping[str, str] | None = None

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        """What `command` prints on standard output.

        The command gets `stdin`, and `timeout` seconds. Raises CommandError when it cannot be
        found, fails, or takes longer. It ends with this process, however that ends.
        """
        shown = shlex.join(command)
        try:
            done = subprocess.run(
                command,
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                capture_output=True,
                text=True,
                timeout=timeout,
                env={**os.environ, **(self.environment or {})},
                preexec_fn=_end_with_parent,
                check=False,
            )
        except FileNotFoundError:
            reason = "cannot be run: no such command; `make setup` installs it"
            raise CommandError(shown, reason, "") from None
        except subprocess.TimeoutExpired as late:
            text = late.stderr.decode(errors="replace") if late.stderr else ""
            raise CommandError(shown, f"took longer than {timeout:g} s", text) from None
        if done.returncode != 0:
            reason = f"failed with exit code {done.returncode}"
            raise CommandError(shown, reason, done.stderr or done.stdout)
        return done.stdout


def _end_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies; Linux only."""
    if hasattr(ctypes, "CDLL") and os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
