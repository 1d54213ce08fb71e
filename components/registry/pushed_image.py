"""PushedImage: an image that a registry outside of the stack still has."""

from typing import Any

import pulumi
import pulumi_docker as docker
from pulumi.dynamic import Resource

from ..dynamic import DynamicProvider, Properties
from ..machine.runner import LocalError
from .credentials import CREDENTIALS, CredentialInputs, credentials
from .login import Login
from .push import push_again, registry_has
from .reference import ImageReference


class PushedImageInputs(CredentialInputs):
    """Inputs of PushedImage."""

    image: str
    reference: str


class PushedImageProvider(DynamicProvider[PushedImageInputs]):
    """Pushes again what the registry lost; `diff` asks it at every run."""

    inputs = PushedImageInputs
    secret_inputs = CREDENTIALS

    def identify(self, news: PushedImageInputs) -> str:
        return news.image

    def ensure(self, news: PushedImageInputs, olds: PushedImageInputs | None) -> Properties:
        del olds
        login = self._login(news)
        if not registry_has(news.reference, login):
            push_again(self.runner, news.image, news.reference, login, news.given_login)
        return {}

    def is_current(self, news: PushedImageInputs, olds: PushedImageInputs) -> bool:
        del olds
        try:
            return registry_has(news.reference, self._login(news))
        except LocalError:
            return False  # the update reports what is wrong

    def _login(self, inputs: PushedImageInputs) -> Login | None:
        return inputs.login(ImageReference.parse(inputs.reference).registry, self.runner)


class PushedImage(Resource, module="slipway", name="PushedImage"):
    """The image `reference` (`name@digest`), which was pushed as the tag `image`.

    Without a `login`, Docker's own configuration decides.
    """

    def __init__(
        self,
        name: str,
        *,
        image: pulumi.Input[str],
        reference: pulumi.Input[str],
        login: docker.RegistryArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {"image": image, "reference": reference, **credentials(login)}
        super().__init__(PushedImageProvider(), name, inputs, opts)
