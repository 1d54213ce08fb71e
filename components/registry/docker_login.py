"""The logins that Docker's own configuration holds.

https://docs.docker.com/reference/cli/docker/login/#credential-stores
"""

import base64
import json
import os
from pathlib import Path
from typing import Any

from ..machine.runner import CommandError, LocalError, Runner
from .client import Login
from .reference import HUB

_HUB_KEY = "https://index.docker.io/v1/"
_TOKEN = "<token>"


def docker_login(registry: str, runner: Runner) -> Login | None:
    """The login that `docker pull` would use for a registry; None if there is none.

    Raises LocalError for a configuration that cannot be read.
    """
    folder = os.environ.get("DOCKER_CONFIG")
    path = (Path(folder) if folder else Path.home() / ".docker") / "config.json"
    if not path.is_file():
        return None
    try:
        config: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise LocalError(f"Docker's configuration {path} cannot be read: {error}") from None
    key = _HUB_KEY if registry == HUB else registry
    helper = config.get("credHelpers", {}).get(key) or config.get("credsStore")
    found = _of_helper(helper, key, runner) if helper else None
    return found or _of_file(config.get("auths", {}).get(key, {}))


def _of_helper(helper: str, key: str, runner: Runner) -> Login | None:
    try:
        answer = json.loads(runner.run(f"docker-credential-{helper}", "get", stdin=key, timeout=10))
    except (CommandError, ValueError):
        return None  # as Docker does: without a login, public images can still be had
    if answer.get("Username") in (None, "", _TOKEN):
        return None
    return Login(answer["Username"], answer["Secret"])


def _of_file(entry: dict[str, str]) -> Login | None:
    if not entry.get("auth"):
        return None
    user, _, password = base64.b64decode(entry["auth"]).decode().partition(":")
    return Login(user, password)
