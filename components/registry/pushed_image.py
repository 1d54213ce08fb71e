"""PushedImage: an image that a registry outside of the stack still has."""

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, UpdateResult

from ..dynamic import LocalProvider, Properties, without
from ..machine.runner import LocalError, Runner
from .client import Login
from .docker_login import docker_login
from .push import push_again, registry_has
from .reference import ImageReference

_CREDENTIALS = ("username", "password")


class PushedImageProvider(LocalProvider):
    """Pushes again what the registry lost; `diff` asks it at every run."""

    runner = Runner()

    def create(self, props: Properties) -> CreateResult:
        self._ensure(props)
        return CreateResult(props["image"], without(props, *_CREDENTIALS))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds, news = (without(props, *_CREDENTIALS) for props in (_olds, _news))
        return DiffResult(changes=olds != news or self._is_lost(_news))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        self._ensure(_news)
        return UpdateResult(without(_news, *_CREDENTIALS))

    def _is_lost(self, props: Properties) -> bool:
        try:
            return not registry_has(props["reference"], self._login(props))
        except LocalError:
            return True  # the update says what is wrong

    def _ensure(self, props: Properties) -> None:
        login = self._login(props)
        if not registry_has(props["reference"], login):
            push_again(self.runner, props["image"], props["reference"], login)

    def _login(self, props: Properties) -> Login | None:
        if props.get("username"):
            return Login(props["username"], props["password"])
        return docker_login(ImageReference.parse(props["reference"]).registry, self.runner)


class PushedImage(Resource, module="slipway", name="PushedImage"):
    """The image `reference` (`name@digest`), which was pushed as the tag `image`."""

    def __init__(
        self,
        name: str,
        *,
        image: pulumi.Input[str],
        reference: pulumi.Input[str],
        username: pulumi.Input[str | None] = None,
        password: pulumi.Input[str | None] = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "image": image,
            "reference": reference,
            "username": username,
            "password": None if password is None else pulumi.Output.secret(password),
        }
        super().__init__(PushedImageProvider(), name, inputs, opts)
