"""Check that Pulumi's docker plugin reaches the Docker Engine that `docker` reaches."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from toolchain.doctor.finding import Finding
from toolchain.engine.client import DEFAULT_HOST, host_of_client
from toolchain.places import Checkout
from toolchain.setup.docker_context import SCRIPT

_SUBJECT = "docker plugin"
_SECONDS = 5
_SHOW = 'printf %s "${DOCKER_HOST-}"'
# https://www.pulumi.com/registry/packages/docker/installation-configuration/
_CONFIGURED = re.compile(r"^\s*docker:host:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)


def plugin(checkout: Checkout) -> list[Finding]:
    """Compare the Docker Engine of Pulumi's docker plugin with that of `docker`.

    The plugin gets DOCKER_HOST from the checkout's `pulumi`, unless a stack file has `docker:host`.
    """
    if shutil.which("docker") is None:
        return []  # the check of Docker itself reports it
    handed_on = subprocess.run(
        ["sh", "-c", SCRIPT + _SHOW],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        encoding="utf-8",
    )
    if handed_on.returncode != 0:
        message, _, fix = handed_on.stderr.partition("\n")
        fix = fix.strip().removeprefix("next: ")
        return [Finding("fail", _SUBJECT, message.removeprefix("error: "), fix)]
    current = host_of_client(_SECONDS)
    return [
        *_configured(checkout, current),
        *_other_pulumi(checkout, current),
    ] or [Finding("ok", _SUBJECT, f"the Docker Engine of `docker`, at {current}")]


def _configured(checkout: Checkout, current: str) -> list[Finding]:
    """Report the files whose `docker:host` is another engine than that of `docker`."""
    files = [checkout.root / "Pulumi.yaml", *sorted((checkout.root / "stacks").glob("Pulumi.*"))]
    return [
        Finding(
            "warn",
            _SUBJECT,
            f"{file.relative_to(checkout.root)} sets docker:host to {host}, and `docker` and kind "
            f"use {current}",
            "remove docker:host; the plugin then uses the Docker Engine of `docker`",
        )
        for file in files
        if file.is_file()
        for host in _CONFIGURED.findall(file.read_text(errors="replace", encoding="utf-8"))
        if host != current
    ]


def _other_pulumi(checkout: Checkout, current: str) -> list[Finding]:
    """Report a `pulumi` on PATH that does not hand Docker's current context on."""
    found = shutil.which("pulumi")
    own = checkout.venv / "bin" / "pulumi"
    if found is None or os.environ.get("DOCKER_HOST") or current == DEFAULT_HOST:
        return []
    if Path(found).resolve() == own.resolve():
        return []
    return [
        Finding(
            "warn",
            _SUBJECT,
            f"`docker` uses {current}, which {found} does not tell the plugin",
            f". .venv/bin/activate, or export DOCKER_HOST={current}",
        )
    ]
