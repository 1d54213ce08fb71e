"""The registry of an existing cluster: its settings, and the login to it."""

import base64
import json
import os
from collections.abc import Sequence
from typing import Self

import pulumi
import pulumi_docker as docker
from pydantic import Field, model_validator

from ..registry.login import Login
from ..registry.pushed_image import PushedImage
from ..settings.model import Model, SettingsError
from ..settings.stack_file import NAMESPACE
from .base import Target
from .images import ImageRegistry, PulledImage
from .node_pulls import NodePulls, NodePullsArgs

PULL_SECRET = "slipway-registry"
"""Name of the Secret with the login, in every namespace of the stack."""

_PASSWORD_VARIABLE = "SLIPWAY_REGISTRY_PASSWORD"
_PULL_PASSWORD_VARIABLE = "SLIPWAY_REGISTRY_PULL_PASSWORD"


class CloudRegistryArgs(Model):
    """The registry that both this machine and the cluster reach."""

    repository: str = Field(
        pattern=r"^[a-z0-9][a-z0-9.-]*(:\d+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$",
        examples=["registry.example/team"],
    )
    """Registry and path under which images are pushed."""

    username: str | None = None
    """User of the registry; without, Docker's own configuration decides. The password is the
    secret `slipway:registryPassword`, or `SLIPWAY_REGISTRY_PASSWORD` in the environment. The
    cluster pulls with this login, too, unless `pullUsername` or `pullSecret` is given: whoever may
    read Secrets in a namespace of the stack can push with it."""

    pull_username: str | None = None
    """User with which the cluster pulls, whose login may only read. The password is the secret
    `slipway:registryPullPassword`, or `SLIPWAY_REGISTRY_PULL_PASSWORD` in the environment."""

    pull_secret: str | None = None
    """A Secret that the namespaces have already, with which the cluster pulls."""

    @model_validator(mode="after")
    def _pulls_with_one_login(self) -> Self:
        if self.pull_username is not None and self.pull_secret is not None:
            raise ValueError(
                "pullUsername makes a Secret, and pullSecret names one that exists; remove one "
                "of them"
            )
        return self

    @property
    def makes_pull_secret(self) -> bool:
        """Whether the stack makes the Secret with which the cluster pulls."""
        named = (self.username, self.pull_username)
        return self.pull_secret is None and any(user is not None for user in named)

    @property
    def server(self) -> str:
        """Host of the registry, with its port."""
        return self.repository.partition("/")[0]

    @property
    def pull_secrets(self) -> tuple[str, ...]:
        """Secrets with which the cluster pulls."""
        if self.makes_pull_secret:
            return (PULL_SECRET,)
        return () if self.pull_secret is None else (self.pull_secret,)


class CloudImages(ImageRegistry):
    """The registry of an existing cluster, whose nodes pull with the secrets of a namespace."""

    def __init__(
        self, target: Target, args: CloudRegistryArgs, login: docker.RegistryArgs | None
    ) -> None:
        super().__init__()
        self._target = target
        self._repository = args.repository
        self.login = login
        self.pull_secrets = args.pull_secrets

    def tagged(self, name: str) -> pulumi.Output[str]:
        return pulumi.Output.from_input(f"{self._repository}/{name}:{self._target.names.stack}")

    def deliver(
        self, name: str, image: pulumi.Output[str] | None, reference: pulumi.Output[str]
    ) -> Sequence[pulumi.Resource]:
        if image is None:
            return ()
        return (
            PushedImage(
                f"{name}-pushed",
                image=image,
                reference=reference,
                login=self.login,
                opts=pulumi.ResourceOptions(parent=self._target),
            ),
        )

    def pulls(
        self,
        name: str,
        namespace: str,
        image: PulledImage,
        opts: pulumi.ResourceOptions,
    ) -> Sequence[pulumi.Resource]:
        args = NodePullsArgs(image, namespace, self.pull_secrets, self._target.names.owner_labels)
        return (NodePulls(f"{name}-pulls", args, cluster=self._target.access, opts=opts),)


def login(
    args: CloudRegistryArgs, password: pulumi.Output[str] | None
) -> docker.RegistryArgs | None:
    """Return the login to the registry; None where Docker's own configuration decides.

    Raises SettingsError for a user without a password.
    """
    if args.username is None:
        return None
    if password is None:
        raise SettingsError(
            "target.registry.username is set, and no password: "
            "`pulumi config set --secret slipway:registryPassword`, or "
            f"{_PASSWORD_VARIABLE} in the environment"
        )
    return docker.RegistryArgs(
        server=args.server, username=args.username, password=pulumi.Output.secret(password)
    )


def pull_login(
    args: CloudRegistryArgs, push: docker.RegistryArgs | None
) -> docker.RegistryArgs | None:
    """Return the login of the Secret that the stack makes for the cluster; None without one.

    It is `push` unless the settings name a user that only pulls. Raises SettingsError for such a
    user without a password.
    """
    if not args.makes_pull_secret:
        return None
    if args.pull_username is None:
        return push
    password = _configured(_PULL_PASSWORD_VARIABLE, "registryPullPassword")
    if password is None:
        raise SettingsError(
            "target.registry.pullUsername is set, and no password: "
            "`pulumi config set --secret slipway:registryPullPassword`, or "
            f"{_PULL_PASSWORD_VARIABLE} in the environment"
        )
    return docker.RegistryArgs(
        server=args.server, username=args.pull_username, password=pulumi.Output.secret(password)
    )


def configured_password() -> pulumi.Output[str] | None:
    """Return the registry's password from the environment or the stack's configuration."""
    return _configured(_PASSWORD_VARIABLE, "registryPassword")


def _configured(variable: str, key: str) -> pulumi.Output[str] | None:
    if password := os.environ.get(variable):
        return pulumi.Output.secret(password)
    return pulumi.Config(NAMESPACE).get_secret(key)


def docker_config(registry: docker.RegistryArgs) -> pulumi.Output[str]:
    """Return Docker's config.json with one login, in base64 as a Secret holds it.

    https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
    """
    return pulumi.Output.all(registry.server, registry.username, registry.password).apply(
        lambda known: _docker_config(*known)
    )


def _docker_config(server: str, username: str, password: str) -> str:
    auth = Login(username, password).encoded
    auths = {server: {"username": username, "password": password, "auth": auth}}
    return base64.b64encode(json.dumps({"auths": auths}).encode()).decode()
