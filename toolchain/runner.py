"""Running other programs so that none outlives the set-up that started it."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from toolchain.errors import Interrupted, ToolchainError

_TAIL_LINES = 12
_GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Output:
    """A finished command: its exit code and everything it printed."""

    code: int
    text: str


class Runner:
    """Runs the commands of a set-up, each in its own process group, and can end them all at once.

    ``ending`` is set by ``end_all``; work that waits for something else looks at it.
    """

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self.ending = threading.Event()

    def run(
        self,
        arguments: Sequence[str | Path],
        *,
        purpose: str = "",
        fix: str = "run `make setup` again; `make doctor` names what is missing",
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        stdin: bytes | None = None,
        check: bool = True,
        line: Callable[[str], None] | None = None,
    ) -> Output:
        """Run a command to its end and return what it printed (both streams in order).

        ``line`` receives each line as it comes.  With ``check`` a failure raises a
        ToolchainError with the purpose and the last lines.  Raises Interrupted
        when ``end_all`` was called meanwhile.
        """
        words = [str(argument) for argument in arguments]
        try:
            process = self._start(words, environment, folder, stdin is not None)
        except FileNotFoundError as error:
            missing = f"{words[0]} is not installed, but is needed {purpose}"
            raise ToolchainError(missing, fix) from error
        try:
            if stdin is not None and process.stdin:
                threading.Thread(target=_feed, args=(process.stdin, stdin), daemon=True).start()
            lines: list[str] = []
            assert process.stdout is not None
            for raw in process.stdout:
                text = raw.decode(errors="replace")
                lines.append(text)
                if line:
                    line(text.rstrip())
            code = process.wait()
        finally:
            with self._guard:
                self._running.discard(process)
        if self.ending.is_set():
            raise Interrupted
        if check and code != 0:
            tail = "".join(f"  | {text}" for text in lines[-_TAIL_LINES:]).rstrip()
            raise ToolchainError(
                f"`{' '.join(words[:4])}` failed with exit code {code} {purpose}\n{tail}", fix
            )
        return Output(code, "".join(lines))

    def end_all(self) -> None:
        """End every running command with its children; later ones refuse to start."""
        with self._guard:
            self.ending.set()
            running = list(self._running)
        for process in running:
            _signal(process, signal.SIGTERM)
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_SECONDS)
            # Its children may have ignored what ended the process itself.
            _signal(process, signal.SIGKILL)

    def _start(
        self,
        words: list[str],
        environment: Mapping[str, str] | None,
        folder: Path | None,
        feeding: bool,
    ) -> subprocess.Popen[bytes]:
        with self._guard:
            if self.ending.is_set():
                raise Interrupted
            process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE if feeding else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
            self._running.add(process)
            return process


def _feed(pipe: IO[bytes], content: bytes) -> None:
    try:
        with pipe:
            pipe.write(content)
    except BrokenPipeError:
        return  # the command ended early, and its exit code says why


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
    except PermissionError:
        # A group of root's, such as `sudo apt-get`. It is asked to end and never killed, which
        # would leave packages half installed.
        if number == signal.SIGTERM and process.poll() is None:
            command = ["sudo", "-n", "kill", "-TERM", "--", f"-{process.pid}"]
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(command, capture_output=True, timeout=_GRACE_SECONDS, check=False)
