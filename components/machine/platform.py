"""The platform of the containers of Docker, which may be another one than Python's."""

import functools
import os
import platform
import sys

from .runner import CommandError, Runner

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_ANSWER_SECONDS = 4


def docker_platform(runner: Runner | None) -> str:
    """Return the platform by its name in images, e.g. `linux/amd64`; containers run Linux.

    Docker is asked, once, where it may have another processor than this Python; without a runner,
    and where Docker does not answer, it is Python's.
    """
    machine = platform.machine()
    own = _ARCHITECTURES.get(machine, machine)
    architecture = _architecture(runner) if runner is not None and _may_differ() else ""
    return f"linux/{architecture or own}"


def _may_differ() -> bool:
    """Return whether Docker is elsewhere, or in a virtual machine, where Python may be translated.

    `docker version` takes some 50 ms, which every run of a program would pay. The wrapper of
    `pulumi` sets DOCKER_HOST for every Docker but that of the default socket.
    """
    named = os.environ.get("DOCKER_HOST") or os.environ.get("DOCKER_CONTEXT")
    return bool(named) or sys.platform != "linux"


@functools.cache
def _architecture(runner: Runner) -> str:
    """Return the architecture of Docker as images name it; empty where it does not answer."""
    form = "{{.Server.Arch}}"
    try:
        return runner.run("docker", "version", "--format", form, timeout=_ANSWER_SECONDS).strip()
    except CommandError:
        return ""  # what needs Docker reports that, in words
