"""Running `docker` on this machine."""

import json
import subprocess
from typing import Any

from commands.errors import CommandError

_SECONDS = 30


def docker(*arguments: str) -> str:
    """Return the output of `docker`. Raises CommandError on failure or after 30 s."""
    try:
        done = subprocess.run(
            ["docker", *arguments],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            encoding="utf-8",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CommandError(f"`docker {arguments[0]}`: {error}", "make doctor") from None
    if done.returncode != 0:
        text = done.stderr.strip()
        raise CommandError(f"`docker {' '.join(arguments)}` failed: {text}", "make doctor")
    return done.stdout


def rows(*arguments: str) -> list[dict[str, Any]]:
    """Return the lines of a listing such as `docker ps`, each with its columns."""
    text = docker(*arguments, "--format", "{{json .}}")
    return [json.loads(line) for line in text.splitlines()]
