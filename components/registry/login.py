"""Login of a registry: the one that is given, else the one in Docker's own configuration.

https://docs.docker.com/reference/cli/docker/login/#credential-stores
"""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_docker as docker

from ..dynamic import Inputs
from ..machine.runner import CommandError, LocalError, Runner
from .reference import HUB

CREDENTIALS = frozenset({"username", "password"})
"""Inputs of a resource that asks a registry. The state does not keep them."""

_HUB_KEY = "https://index.docker.io/v1/"
_TOKEN = "<token>"


@dataclass(frozen=True)
class Login:
    """A user of a registry."""

    username: str
    password: str

    @property
    def encoded(self) -> str:
        """User and password as Docker's configuration has them."""
        return base64.b64encode(f"{self.username}:{self.password}".encode()).decode()

    @property
    def basic(self) -> str:
        """The value of an Authorization header, RFC 7617."""
        return f"Basic {self.encoded}"


class CredentialInputs(Inputs):
    """Inputs of a resource that asks a registry; without a user, Docker's configuration decides."""

    username: str | None = None
    password: str | None = None

    def login(self, registry: str, runner: Runner) -> Login | None:
        """Return the login for a registry; None if there is none.

        Raises LocalError for a configuration of Docker's that cannot be read.
        """
        if self.username:
            return Login(self.username, self.password or "")
        return docker_login(registry, runner)


def credentials(login: docker.RegistryArgs | None) -> dict[str, Any]:
    """Return a login as the properties that CredentialInputs parses, the password as a secret."""
    if login is None:
        return {"username": None, "password": None}
    password = None if login.password is None else pulumi.Output.secret(login.password)
    return {"username": login.username, "password": password}


def docker_login(registry: str, runner: Runner) -> Login | None:
    """Return the login that `docker pull` would use for a registry; None if there is none.

    Raises LocalError for a configuration that cannot be read.
    """
    folder = os.environ.get("DOCKER_CONFIG")
    path = (Path(folder) if folder else Path.home() / ".docker") / "config.json"
    if not path.is_file():
        return None
    try:
        config: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise LocalError(f"Docker's configuration {path} cannot be read", details=error) from None
    key = _HUB_KEY if registry == HUB else registry
    helper = config.get("credHelpers", {}).get(key) or config.get("credsStore")
    login = _of_helper(helper, key, runner) if helper else None
    return login or _of_file(config.get("auths", {}).get(key, {}))


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
