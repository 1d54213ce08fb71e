"""The language host as the engine starts it: an executable, an address, a process group."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import toolchain
from standins.language_host.stubs import grpc, json_format, language_pb2, language_pb2_grpc
from toolchain.setup.launchers import write_language_host_stand_ins

REPOSITORY = Path(toolchain.__path__[0]).parent
_SOON_SECONDS = 10.0


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so; fail after ten seconds."""
    end = time.monotonic() + _SOON_SECONDS
    while not condition():
        assert time.monotonic() < end, f"this did not happen in time: {what}"
        time.sleep(0.01)


class Host:
    """A running language host and what it has printed."""

    def __init__(self, folder: Path, engine_address: str, working_folder: Path) -> None:
        self.launchers = write_language_host_stand_ins(
            folder / "bin", Path(sys.executable), REPOSITORY
        )
        self._stdout = folder / "stdout"
        self._stderr = folder / "stderr"
        with self._stdout.open("wb") as stdout, self._stderr.open("wb") as stderr:
            self.process = subprocess.Popen(
                [self.launchers[0], engine_address],
                cwd=working_folder,
                env={name: value for name, value in os.environ.items() if "PYTHON" not in name},
                stdout=stdout,
                stderr=stderr,
                process_group=0,
            )
        until(lambda: "\n" in self._stdout.read_text(), "the port is printed")
        self._channel: Any = grpc.insecure_channel(f"127.0.0.1:{self.port}")
        self.stub: Any = language_pb2_grpc.LanguageRuntimeStub(self._channel)

    @property
    def port(self) -> int:
        return int(self._stdout.read_text().splitlines()[0])

    @property
    def printed(self) -> str:
        """What programs printed on standard output."""
        return self._stdout.read_text().partition("\n")[2]

    @property
    def complaints(self) -> str:
        """What came on standard error."""
        return self._stderr.read_text()

    def interrupt(self) -> int:
        """Do what the engine does when it closes: interrupt the group; return the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(_SOON_SECONDS)

    def close(self) -> None:
        self._channel.close()
        if self.process.poll() is None:
            self.interrupt()


def program_info(folder: Path, options: Mapping[str, Any] | None = None) -> Any:
    """Return how the engine describes a program without `main:` in its Pulumi.yaml."""
    info = language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point="."
    )
    json_format.ParseDict(dict(options or {}), info.options)
    return info


def interpreter(virtualenv: Path, command: str) -> Path:
    """Make a virtual environment whose Python is a shell command; return its path."""
    python = virtualenv / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{command}\n")
    python.chmod(0o755)
    return python


def runs(process: int) -> bool:
    """Return whether a process exists and is more than an entry that nobody has collected."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
