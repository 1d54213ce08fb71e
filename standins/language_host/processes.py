"""The processes that the language host starts: programs, policy packs, type checkers.

Each leads a process group of its own. So Pulumi's interrupt, sent to the host's group, does
not hit a program in the middle of a hook; the host passes it on when the program is to end, and
what a program started ends with it.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from standins.language_host.errors import HostError

# Pulumi kills a plugin that has not ended 5 s after its interrupt.
_INTERRUPT_SECONDS = 3.0

Running = subprocess.Popen[bytes]


class Processes:
    """Starts processes and ends those that still run."""

    def __init__(self) -> None:
        self._running: set[Running] = set()
        self._guard = threading.Lock()
        self._closed = False

    def start(
        self,
        command: Sequence[str],
        *,
        folder: Path | None = None,
        variables: Mapping[str, str] | None = None,
        piped: bool = False,
    ) -> Running:
        """Start a command.

        Inputs: its working folder and environment, else those of this process; whether its
        output comes through pipes instead of going where this process's goes. Raises HostError
        when it cannot be started or the host is closing.
        """
        output = subprocess.PIPE if piped else None
        with self._guard:
            if self._closed:
                raise HostError("the language host is closing")
            try:
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    env=variables,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    process_group=0,
                )
            except OSError as error:
                raise HostError(f"{command[0]} cannot be started: {error}") from error
            self._running.add(process)
        return process

    def wait(self, process: Running) -> int:
        """Wait for a process; return its exit code, negative for the signal that ended it."""
        code = process.wait()
        with self._guard:
            self._running.discard(process)
        return code

    def end(self) -> None:
        """Interrupt what runs, kill what does not end within 3 s, and start nothing more."""
        with self._guard:
            self._closed = True
            running = list(self._running)
        for process in running:
            _signal(process, signal.SIGINT)
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_INTERRUPT_SECONDS)
            _signal(process, signal.SIGKILL)


def kill(process: Running) -> None:
    """End a process and what it started, without asking; nothing happens when it has ended."""
    if process.returncode is None:  # afterwards its number may be another's
        _signal(process, signal.SIGKILL)


def _signal(process: Running, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
