"""The login of a registry among the inputs of a resource, which the state does not keep."""

from typing import Any

import pulumi
import pulumi_docker as docker

from ..dynamic import Inputs
from ..machine.runner import Runner
from .docker_config import docker_login
from .login import Login

CREDENTIALS = frozenset({"username", "password"})
"""Inputs of a resource that asks a registry. The state does not keep them."""


class CredentialInputs(Inputs):
    """Inputs of a resource that asks a registry; without a user, Docker's configuration decides."""

    username: str | None = None
    password: str | None = None

    @property
    def given_login(self) -> Login | None:
        """The login among the inputs."""
        return Login(self.username, self.password or "") if self.username else None

    def login(self, registry: str, runner: Runner) -> Login | None:
        """Return the login for a registry; None if there is none.

        Raises LocalError for a configuration of Docker's that cannot be read.
        """
        return self.given_login or docker_login(registry, runner)


def credentials(login: docker.RegistryArgs | None) -> dict[str, Any]:
    """Return a login as the properties that CredentialInputs parses, the password as a secret."""
    if login is None:
        return {"username": None, "password": None}
    password = None if login.password is None else pulumi.Output.secret(login.password)
    return {"username": login.username, "password": password}
