"""Checking that a Docker Engine answers, as the Docker client would reach it."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Literal

DEFAULT_HOST = "unix:///var/run/docker.sock"

_VERSION = ("docker", "version", "--format", "{{.Server.Version}}")
_HOST = ("docker", "context", "inspect", "--format", "{{.Endpoints.docker.Host}}")

Problem = Literal["no client", "no answer", "too slow", "not allowed"]


@dataclass(frozen=True)
class Engine:
    """A Docker Engine that answers.

    ``version`` as it reports itself; ``origin`` says where it came from, in words; ``host`` is
    its address in the form of DOCKER_HOST.
    """

    version: str
    origin: str
    host: str


@dataclass(frozen=True)
class Silence:
    """The reason why no engine answered at ``host``, with the client's message in ``detail``."""

    problem: Problem
    host: str
    detail: str = ""


def ask(timeout: float) -> Engine | Silence:
    """Query the Docker Engine that the client would use; ``timeout`` is in seconds.

    DOCKER_HOST and the client's current context count, as they do for `docker` itself.
    """
    if shutil.which("docker") is None:
        return Silence("no client", os.environ.get("DOCKER_HOST", DEFAULT_HOST))
    host = host_of_client(timeout)
    try:
        done = subprocess.run(
            _VERSION, capture_output=True, text=True, timeout=timeout, check=False, encoding="utf-8"
        )
    except subprocess.TimeoutExpired:
        return Silence("too slow", host, f"no answer within {timeout:g} s")
    if done.returncode == 0 and (version := done.stdout.strip()):
        return Engine(version, "running already", host)
    detail = done.stderr.strip()
    refused = "permission denied" in detail.lower()
    return Silence("not allowed" if refused else "no answer", host, detail)


def probe(timeout: float = 2.0) -> Engine | None:
    """Return an engine that answers within ``timeout`` seconds, or None. Changes nothing."""
    answer = ask(timeout)
    return answer if isinstance(answer, Engine) else None


def host_of_client(timeout: float) -> str:
    """Return the address of the Docker Engine that `docker` uses, which need not answer.

    It is that of DOCKER_HOST, else of DOCKER_CONTEXT or the current context.
    """
    if named := os.environ.get("DOCKER_HOST"):
        return named
    try:
        done = subprocess.run(
            _HOST, capture_output=True, text=True, timeout=timeout, check=False, encoding="utf-8"
        )
    except subprocess.TimeoutExpired:
        return DEFAULT_HOST
    return done.stdout.strip() or DEFAULT_HOST
