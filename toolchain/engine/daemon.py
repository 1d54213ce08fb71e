"""Starting dockerd on a machine without systemd, so that it outlives set-up."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolchain.engine import runc_caps
from toolchain.engine.machine import Machine

_SYSTEM_PYTHON = "/usr/bin/python3"


@dataclass(frozen=True)
class Daemon:
    """A dockerd that was started: its process and the file with its log."""

    process: subprocess.Popen[bytes]
    log: Path


def spawn(command: Sequence[str], folder: Path) -> Daemon:
    """Start dockerd detached from this process, its log in ``folder``.

    The log of the start before stays beside it, for what that one died of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "dockerd.log"
    if log.exists():
        log.replace(folder / "dockerd.previous.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
        )
    return Daemon(process, log)


def runtime_flags(machine: Machine, folder: Path) -> list[str]:
    """The flags for a runtime that does without CAP_SYS_RESOURCE, where that is missing.

    The runtime is copied to ``folder``, because the checkout may go away while Docker
    runs.  A daemon.json that names runtimes wins: dockerd rejects a second definition.
    """
    if not machine.lacks_sys_resource:
        return []
    configuration = machine.root / "etc/docker/daemon.json"
    if configuration.is_file():
        document = json.loads(configuration.read_text(encoding="utf-8") or "{}")
        if "runtimes" in document or "default-runtime" in document:
            return []
    runtime = install_runtime(folder)
    return ["--add-runtime", f"caps={runtime}", "--default-runtime", "caps"]


def install_runtime(folder: Path) -> Path:
    """Copy the runtime that drops CAP_SYS_RESOURCE to ``folder`` and return its place."""
    folder.mkdir(parents=True, exist_ok=True)
    destination = folder / "runc-caps"
    _, _, rest = Path(runc_caps.__file__).read_text(encoding="utf-8").partition("\n")
    # The system's Python outlives a virtual environment.
    python = shutil.which(_SYSTEM_PYTHON) or os.path.realpath(sys.executable)
    fresh = destination.with_suffix(".new")
    fresh.write_text(f"#!{python} -IS\n{rest}", encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(destination)
    return destination
