"""Restarting this machine's Docker Engine, as an update, a crash or a reboot does."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.live.project import CHECKOUT, docker_lines
from toolchain.engine.machine import Machine
from toolchain.engine.remains import find_remains, program_of
from toolchain.runner import Runner

_STOP_SECONDS = 120.0


def refuse_unless_alone(name: str) -> None:
    """Skip the test when the engine is not set-up's to start, or runs what is not the project's.

    A restart stops all containers, somebody else's too.
    """
    others = [one for one in docker_lines("ps", "--format={{.Names}}") if not one.startswith(name)]
    if others:
        pytest.skip(f"the Docker Engine is not restarted: it runs {', '.join(others)}")
    if find_remains().daemon is None or Machine().as_root(Runner()) is None:
        pytest.skip("the Docker Engine is not restarted: it is not this machine's, or not ours")


def restart(number: signal.Signals) -> None:
    """End the engine by a signal (SIGTERM: it stops its containers first), and start it again."""
    daemon = find_remains().daemon
    assert daemon is not None, "no Docker Engine runs"
    prefix = Machine().as_root(Runner())
    assert prefix is not None
    if Machine().runs_systemd:  # which starts what was killed by itself
        what = ("restart",) if number == signal.SIGTERM else ("kill", f"--signal={number.name}")
        subprocess.run([*prefix, "systemctl", *what, "docker"], check=True)
    elif prefix:
        subprocess.run([*prefix, "kill", f"-{number.name}", str(daemon)], check=True)
    else:
        os.kill(daemon, number)
    end = time.monotonic() + _STOP_SECONDS
    while program_of(daemon) == "dockerd":
        assert time.monotonic() < end, f"dockerd {daemon} does not end"
        time.sleep(0.2)
    setup = (sys.executable, "-m", "toolchain", "setup", "--quiet")
    subprocess.run(setup, cwd=CHECKOUT, check=True)
