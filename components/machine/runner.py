"""Running commands. Everything that this package does to the machine goes through a Runner."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Self

from .following import Silent, follow

_LINES_SHOWN = 15
_TRIAL_SECONDS = 5.0

UP_AGAIN = "run `pulumi up` again, which continues from here"
"""The next step after work that was not completed and left nothing to clean up."""


class LocalError(Exception):
    """An error in words: what is wrong and where, with details and the next step where known.

    `details` are lines that explain more, such as the error of a command; `next_step` is a
    command or a setting.
    """

    def __init__(self, message: str, *, details: object = "", next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.details = str(details)
        self.next_step = next_step

    def __str__(self) -> str:
        step = f"  next: {self.next_step}" if self.next_step else ""
        return "\n".join(filter(None, (self.message, self.details, step)))


class CommandError(LocalError):
    """A command failed. `output` is what it reported, `answer` its standard output."""

    def __init__(self, command: str, reason: str, output: str, answer: str = "") -> None:
        tail = "\n".join(f"  {line}" for line in output.strip().splitlines()[-_LINES_SHOWN:])
        super().__init__(f"`{command}` {reason}" + (":" if tail else ""), details=tail)
        self.output = output
        self.answer = answer


@dataclass(frozen=True)
class Runner:
    """Runs commands with this environment on top of the process's own."""

    environment: Mapping[str, str] | None = None

    def within(self, **environment: str) -> Self:
        """Return a Runner like this one whose commands get these variables too."""
        return replace(self, environment={**(self.environment or {}), **environment})

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        """Return what `command` prints on standard output.

        The command gets `stdin`, and `timeout` seconds. Raises CommandError when it cannot be
        found, fails, or takes longer. It ends with this process, however that ends.
        """
        shown = _require(command)
        try:
            done = subprocess.run(
                [*ending_with_parent(), *command],
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                capture_output=True,
                text=True,
                timeout=timeout,
                env=self._environment(),
                check=False,
                encoding="utf-8",
            )
        except subprocess.TimeoutExpired as late:
            text = late.stderr.decode(errors="replace") if late.stderr else ""
            raise CommandError(shown, f"took longer than {timeout:g} s", text) from None
        if done.returncode != 0:
            reason = f"failed with exit code {done.returncode}"
            raise CommandError(shown, reason, done.stderr or done.stdout, done.stdout)
        return done.stdout

    def follow(self, *command: str, silence: float, take: Callable[[str], bool]) -> None:
        """Run a command that shows its progress, without a limit but for silence, in seconds.

        `take` gets each line that it shows, and returns whether that is progress and no message.
        Raises CommandError when it cannot be found, fails, or shows nothing new for that long. It
        ends with this process, however that ends.
        """
        shown = _require(command)
        messages: list[str] = []

        def keep(line: str) -> None:
            if line and not take(line):
                messages.append(line)

        try:
            code = follow([*ending_with_parent(), *command], self._environment(), silence, keep)
        except Silent:
            reason = f"showed no progress for {silence:g} s, and was ended"
            raise CommandError(shown, reason, "\n".join(messages)) from None
        if code != 0:
            raise CommandError(shown, f"failed with exit code {code}", "\n".join(messages))

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **(self.environment or {})}


def _require(command: tuple[str, ...]) -> str:
    """Return a command in words.  Raises CommandError when it cannot be found."""
    shown = shlex.join(command)
    if shutil.which(command[0]) is None:
        installs = "`make setup` installs it, with STACK=… where it is only that stack's"
        raise CommandError(shown, f"cannot be run: no such command; {installs}", "")
    return shown


def ending_with_parent(signal: str = "TERM") -> tuple[str, ...]:
    """Return the words before a command that make the kernel end it with this process; on Linux.

    It gets the signal, which is `KILL` where ending in order takes long and serves nothing.

    A program does it and not a function between fork and exec: that would make gRPC, which runs
    in the same process, complain at every command.
    """
    program = shutil.which("setpriv")
    if program is None:
        return ()
    words = (program, "--pdeathsig", signal, "--")
    return words if _works(words) else ()


@cache
def _works(words: tuple[str, ...]) -> bool:
    """Return whether these words can stand before a command.

    BusyBox and util-linux before 2.33, as on RHEL 8, have a setpriv without `--pdeathsig`.
    """
    try:
        done = subprocess.run(
            [*words, "true"], capture_output=True, timeout=_TRIAL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
