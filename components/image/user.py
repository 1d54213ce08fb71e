"""ImageUser: the numeric user that an image runs as."""

import re
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, UpdateResult

from ..dynamic import LocalProvider, Properties, without
from ..machine.runner import LocalError, Runner
from ..registry.client import Login, RegistryClient
from ..registry.docker_login import docker_login
from ..registry.reference import ImageReference

_CREDENTIALS = ("username", "password")
_MEND = (
    "let its Dockerfile end with a numeric user, e.g. `USER 10001:10001`, or name one by `user` "
    "in the application's settings"
)


class ImageUserProvider(LocalProvider):
    """Asks the registry once for each digest."""

    runner = Runner()

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(props["reference"], self._found(props))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        return DiffResult(changes=_olds["reference"] != _news["reference"])

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        return UpdateResult(self._found(_news))

    def _found(self, props: Properties) -> Properties:
        image = ImageReference.parse(props["reference"])
        if props.get("username"):
            login: Login | None = Login(props["username"], props["password"])
        else:
            login = docker_login(image.registry, self.runner)
        text = RegistryClient(image.registry, login).user(image.repository, image.version)
        if text is None:
            raise LocalError(f"the registry has no {props['reference']}, which was just there")
        user, group = numeric_user(text, props["reference"])
        return {**without(props, *_CREDENTIALS), "user": user, "group": group}


def numeric_user(text: str, image: str) -> tuple[int, int]:
    """User and group of what a Dockerfile's USER says; the group is the user's number unless
    given by number.

    Raises LocalError for root, which restricted namespaces refuse, and for a name: Kubernetes
    cannot tell that it is not root.
    """
    user, _, group = text.partition(":")
    if user in ("", "0", "root"):
        raise LocalError(f"the image {image} runs as root, which no pod here may: {_MEND}")
    if not re.fullmatch(r"\d{1,10}", user):
        raise LocalError(
            f"the image {image} runs as {user}, and Kubernetes cannot tell by a name that this is "
            f"not root: {_MEND}"
        )
    number = int(user)
    return number, int(group) if re.fullmatch(r"[1-9]\d{0,9}", group) else number


class ImageUser(Resource, module="slipway", name="ImageUser"):
    """The user of the image `reference` (`name@digest`)."""

    user: pulumi.Output[int]
    group: pulumi.Output[int]

    def __init__(
        self,
        name: str,
        *,
        reference: pulumi.Input[str],
        username: pulumi.Input[str | None] = None,
        password: pulumi.Input[str | None] = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "reference": reference,
            "username": username,
            "password": None if password is None else pulumi.Output.secret(password),
            "user": None,
            "group": None,
        }
        super().__init__(ImageUserProvider(), name, inputs, opts)
