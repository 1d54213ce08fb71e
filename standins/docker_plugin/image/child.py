"""A build as a child process, ended together with the plugin.

If the plugin is killed the child loses its output's reader, and ends at its next line.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence

from standins.docker_plugin.errors import PluginError

_GRACE_SECONDS = 3.0


class Children:
    """The running builds. Once cancelled it starts no more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def run(
        self, command: Sequence[str], env: Mapping[str, str], take_line: Callable[[str], None]
    ) -> int:
        """Run the command in a process group of its own and return its exit code.

        Every line of its output, both streams together, goes to `take_line` as it appears.
        Raises PluginError when the plugin has to end, before or during the run.
        """
        with self._lock:
            self._refuse_when_cancelled()
            process = subprocess.Popen(
                command,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
            self._running.add(process)
        try:
            assert process.stdout is not None
            for raw in process.stdout:
                take_line(raw.decode("utf-8", "replace").rstrip("\r\n"))
            code = process.wait()
        finally:
            with self._lock:
                self._running.discard(process)
        self._refuse_when_cancelled()
        return code

    def cancel(self) -> None:
        """End every running build: ask its group to stop, and after a grace period kill it."""
        with self._lock:
            self._cancelled = True
            running = list(self._running)
        for process in running:
            _signal_group(process, signal.SIGTERM)
        for process in running:
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)

    def _refuse_when_cancelled(self) -> None:
        if self._cancelled:
            raise PluginError("the build was ended because the update was cancelled")


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
