"""Ensuring that a Docker Engine answers: use, install or start one."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from toolchain.engine import daemon, packages
from toolchain.engine.cgroups import mount_controllers
from toolchain.engine.client import DEFAULT_HOST, Engine, Silence, ask
from toolchain.engine.limits import raise_limits
from toolchain.engine.machine import Machine
from toolchain.engine.remains import Remains, find_remains
from toolchain.errors import ToolchainError
from toolchain.runner import Runner

_PROBE_SECONDS = 3.0
# A machine that is busy, or just woke up, answers late.
SLOW_SECONDS = 20.0
_START_SECONDS = 45.0
_PAUSE_SECONDS = 0.5
_LOG_LINES = 12
_INSTALL_PAGE = "https://docs.docker.com/engine/install/"


@dataclass(frozen=True)
class Tools:
    """Functions through which ``ensure`` acts on the machine; tests replace them."""

    machine: Machine
    ask: Callable[[float], Engine | Silence] = ask
    remains: Callable[[], Remains] = find_remains
    spawn: Callable[[list[str], Path], daemon.Daemon] = daemon.spawn
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


def ensure(
    runner: Runner, say: Callable[[str], None], cache: Path, *, tools: Tools | None = None
) -> Engine:
    """Return an engine that answers: one that runs, or Debian's, installed and started.

    ``cache`` is the folder for the log of an engine that is started here.  Only an engine on
    this machine at the default place is ever installed or started, and only as root or through
    passwordless sudo.  Raises ToolchainError with what to install or run otherwise, and with
    the last log lines when an engine does not come up.
    """
    tools = tools or Tools(Machine())
    answer = tools.ask(_PROBE_SECONDS)
    if isinstance(answer, Silence) and answer.problem == "too slow":
        answer = tools.ask(SLOW_SECONDS)
    if isinstance(answer, Silence):
        answer = _start(runner, say, cache / "engine", tools, answer)
    if answer.host == DEFAULT_HOST:
        raise_limits(runner, say, tools.machine)
        mount_controllers(runner, say, tools.machine)
    return answer


def _start(
    runner: Runner, say: Callable[[str], None], folder: Path, tools: Tools, silence: Silence
) -> Engine:
    _refuse_foreign_engine(silence)
    machine = tools.machine
    prefix = machine.as_root(runner)
    if prefix is None:
        raise ToolchainError(_cannot(machine), _by_hand(machine))
    _install(runner, say, machine)
    left = tools.remains()
    if left.daemon is not None:
        say(f"waiting for the Docker Engine that is starting (process {left.daemon})")
        return _wait(tools, None, "started meanwhile", _describe(left.daemon))
    if machine.runs_systemd:
        say("starting the Docker Engine with systemd")
        runner.run(
            [*prefix, "systemctl", "start", "docker"],
            purpose="while starting the Docker Engine",
            fix="sudo systemctl status docker; sudo journalctl --unit docker --lines 50",
        )
        return _wait(tools, None, "started: by systemd", "systemd's unit docker runs")
    if left.dead:
        say(f"removing what a dead engine left: {', '.join(map(str, left.dead))}")
        runner.run(
            [*prefix, "rm", "-f", *left.dead], purpose="to clear the way for a new Docker Engine"
        )
    flags = daemon.runtime_flags(machine, folder)
    say("starting the Docker Engine")
    dockerd = machine.find("dockerd") or "dockerd"
    started = tools.spawn([*prefix, dockerd, *flags], folder)
    return _wait(tools, started, "started: Debian's docker.io", f"its log is {started.log}")


def _refuse_foreign_engine(silence: Silence) -> None:
    """Raise ToolchainError if root of this machine could not start the silent engine."""
    if silence.host != DEFAULT_HOST:
        source = "DOCKER_HOST" if os.environ.get("DOCKER_HOST") else "Docker's current context"
        way = "unset DOCKER_HOST" if source == "DOCKER_HOST" else "docker context use default"
        if silence.problem == "no client":
            raise ToolchainError(
                f"{source} names an engine at {silence.host}, but `docker` is not installed",
                f"install the Docker client: {_INSTALL_PAGE}",
            )
        raise ToolchainError(
            f"the Docker Engine at {silence.host} (named by {source}) does not answer: "
            f"{silence.detail}",
            f"start that engine, or use this machine's own: {way}",
        )
    if silence.problem == "not allowed":
        raise ToolchainError(
            f"a Docker Engine runs at {silence.host}, but this user may not use it",
            "sudo usermod --append --groups docker $USER, then log in again",
        )


def _install(runner: Runner, say: Callable[[str], None], machine: Machine) -> None:
    if machine.find("dockerd") is None:
        if not machine.installs_debian_packages:
            raise ToolchainError(_cannot(machine), _by_hand(machine))
        packages.ensure(runner, say, ["docker.io"], machine=machine)
    if machine.find("docker") is None:  # newer releases of Debian package the client apart
        packages.ensure(runner, say, ["docker-cli"], machine=machine)


def _cannot(machine: Machine) -> str:
    if machine.find("dockerd"):
        return "no Docker Engine answers, and starting one needs root or passwordless sudo"
    if machine.installs_debian_packages:
        return "no Docker Engine answers, and installing one needs root or passwordless sudo"
    return "no Docker Engine answers, and this is not Debian or Ubuntu, where set-up installs one"


def _by_hand(machine: Machine) -> str:
    if not machine.find("dockerd"):
        if not machine.installs_debian_packages:
            return f"install and start Docker ({_INSTALL_PAGE}), then run `make setup` again"
        return "sudo apt-get update && sudo apt-get install docker.io, then run `make setup` again"
    start = "systemctl start docker" if machine.runs_systemd else "dockerd"
    return f"sudo {start}, then run `make setup` again"


def _describe(pid: int) -> str:
    return f"dockerd runs as process {pid}; if it hangs, end it: sudo kill {pid}"


def _wait(tools: Tools, started: daemon.Daemon | None, origin: str, where: str) -> Engine:
    """Wait until Docker answers, its process ends, or the time is over."""
    end = tools.clock() + _START_SECONDS
    while True:
        answer = tools.ask(_PROBE_SECONDS)
        if isinstance(answer, Engine):
            return replace(answer, origin=origin)
        if answer.problem == "not allowed":
            _refuse_foreign_engine(answer)
        ended = started is not None and started.process.poll() is not None
        if ended or tools.clock() >= end:
            break
        tools.sleep(_PAUSE_SECONDS)
    what = "ended at once" if ended else f"does not answer after {_START_SECONDS:.0f} s"
    tail = _last_lines(started.log) if started else f"  | {answer.detail}"
    raise ToolchainError(
        f"the Docker Engine {what} ({where})\n{tail}",
        "fix what the last lines name, then run `make setup` again",
    )


def _last_lines(log: Path) -> str:
    lines = log.read_text(errors="replace", encoding="utf-8").splitlines()[-_LOG_LINES:]
    return "\n".join(f"  | {line}" for line in lines)
