"""ImageUser: the numeric user that an image runs as."""

import re
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import Resource

from ..dynamic import DynamicProvider, Properties
from ..machine.runner import LocalError
from ..registry.client import RegistryClient
from ..registry.credentials import CREDENTIALS, CredentialInputs, credentials
from ..registry.reference import ImageReference

if TYPE_CHECKING:
    import pulumi_docker as docker

_NUMERIC_USER = (
    "let its Dockerfile end with a numeric user, e.g. `USER 10001:10001`, or name one by `user` "
    "in the application's settings"
)


class ImageUserInputs(CredentialInputs):
    """Inputs of ImageUser."""

    reference: str


class ImageUserProvider(DynamicProvider[ImageUserInputs]):
    """Asks the registry once for each digest."""

    inputs = ImageUserInputs
    outputs = frozenset({"user", "group"})
    secret_inputs = CREDENTIALS

    def identify(self, news: ImageUserInputs) -> str:
        return news.reference

    def ensure(self, news: ImageUserInputs, olds: ImageUserInputs | None) -> Properties:
        del olds
        image = ImageReference.parse(news.reference)
        client = RegistryClient(image.registry, news.login(image.registry, self.runner))
        text = client.user(image.repository, image.version)
        if text is None:
            raise LocalError(
                f"the image {news.reference} is no longer in the registry",
                next_step="push it again",
            )
        user, group = numeric_user(text, news.reference)
        return {"user": user, "group": group}


def numeric_user(text: str, image: str) -> tuple[int, int]:
    """Return user and group of a Dockerfile's USER; the group is the user's number unless given
    by number.

    Raises LocalError for root, which restricted namespaces refuse, and for a name: Kubernetes
    cannot know that it is not root.
    """
    user, _, group = text.partition(":")
    if user in ("", "0", "root"):
        raise LocalError(
            f"the image {image} runs as root, which no pod here may", next_step=_NUMERIC_USER
        )
    if not re.fullmatch(r"\d{1,10}", user):
        raise LocalError(
            f"the image {image} runs as {user}, and Kubernetes cannot know from a name that this "
            "is not root",
            next_step=_NUMERIC_USER,
        )
    number = int(user)
    return number, int(group) if re.fullmatch(r"[1-9]\d{0,9}", group) else number


class ImageUser(Resource, module="slipway", name="ImageUser"):
    """The user of the image `reference` (`name@digest`).

    Without a `login`, Docker's own configuration decides.
    """

    user: pulumi.Output[int]
    group: pulumi.Output[int]

    def __init__(
        self,
        name: str,
        *,
        reference: pulumi.Input[str],
        login: "docker.RegistryArgs | None" = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "reference": reference,
            **credentials(login),
            "user": None,
            "group": None,
        }
        super().__init__(ImageUserProvider(), name, inputs, opts)
