"""Checks of the Docker Engine: that it answers and may do what clusters need."""

import subprocess
from pathlib import Path

from toolchain import engine as docker
from toolchain.doctor.finding import Finding
from toolchain.engine.machine import Machine
from toolchain.places import Checkout

_ANSWER_SECONDS = 1.5
_FACTS = "cgroup v{{.CgroupVersion}}, {{.NCPU}} processors, {{.DefaultRuntime}}"
_LIMITS = {"fs.inotify.max_user_instances": 512, "fs.inotify.max_user_watches": 524_288}


def engine(_checkout: Checkout) -> list[Finding]:
    """Check that Docker answers; report its version and how it runs containers."""
    running = docker.probe(_ANSWER_SECONDS)
    if running is None:
        return [Finding("fail", "Docker Engine", "does not answer", "make setup starts it")]
    facts = _query(["docker", "info", "--format", _FACTS])
    return [Finding("ok", "Docker Engine", f"{running.version} at {running.host}, {facts}")]


def privileges(_checkout: Checkout) -> list[Finding]:
    """Check that privileged containers start, also without CAP_SYS_RESOURCE."""
    if not Path("/proc/self/status").exists() or not Machine().lacks_sys_resource:
        return [Finding("ok", "privileged containers", "nothing is missing for them")]
    runtime = _query(["docker", "info", "--format", "{{.DefaultRuntime}}"])
    if runtime == "caps":
        detail = "CAP_SYS_RESOURCE is missing here; Docker's runtime works without it"
        return [Finding("ok", "privileged containers", detail)]
    return [
        Finding(
            "warn",
            "privileged containers",
            "CAP_SYS_RESOURCE is missing here, so cluster nodes may not start",
            "stop the Docker Engine; make setup starts one with a runtime that works without it",
        )
    ]


def limits(_checkout: Checkout) -> list[Finding]:
    """Check that the kernel allows enough inotify watches for several nodes."""
    low: dict[str, int] = {}
    for name, needed in _LIMITS.items():
        file = Path("/proc/sys") / name.replace(".", "/")
        if file.exists() and int(file.read_text(encoding="utf-8")) < needed:
            low[name] = needed
    if not low:
        return [Finding("ok", "inotify limits", "high enough for several nodes")]
    fix = "sudo sysctl -w " + " ".join(f"{name}={value}" for name, value in low.items())
    return [Finding("warn", "inotify limits", f"{', '.join(low)} too low", fix)]


def _query(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
            encoding="utf-8",
        )
    except (OSError, subprocess.TimeoutExpired):
        return "no details"
    return done.stdout.strip() or "no details"
