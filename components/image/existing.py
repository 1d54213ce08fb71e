"""ExistingImage: an image that somebody else pushed, asked for before anything is deployed."""

from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    Resource,
    UpdateResult,
)

from ..dynamic import LocalProvider, Properties, without
from ..machine.runner import LocalError, Runner
from ..registry.client import Login, Manifest, RegistryClient
from ..registry.docker_login import docker_login
from ..registry.reference import ImageReference

_CREDENTIALS = ("username", "password")


class ExistingImageProvider(LocalProvider):
    """Asks the registry in `check`, which runs in previews too, and fills in the digest."""

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        image = ImageReference.parse(news["source"])
        try:
            found = self._ask(image, news)
            refusal = _refusal(found, news["platform"])
        except LocalError as error:
            found, refusal = None, str(error)
        if found is None or refusal:
            mirrored = news["source"] != news["image"]
            told = f"the image {news['image']}: {refusal}" + (
                f"\nthe mirror map of this machine has it at {news['source']}" if mirrored else ""
            )
            told += f"\n`docker pull {news['source']}` asks the same"
            return CheckResult(news, [CheckFailure("image", told)])
        return CheckResult({**news, "reference": f"{image.name}@{found.digest}"}, [])

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        return DiffResult(changes=without(_olds, *_CREDENTIALS) != without(_news, *_CREDENTIALS))

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(props["image"], without(props, *_CREDENTIALS))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        return UpdateResult(without(_news, *_CREDENTIALS))

    def _ask(self, image: ImageReference, news: Properties) -> Manifest | None:
        if news.get("username"):
            login: Login | None = Login(news["username"], news["password"])
        else:
            login = docker_login(image.registry, self.runner)
        return RegistryClient(image.registry, login).manifest(image.repository, image.version)


def _refusal(found: Manifest | None, platform: str) -> str | None:
    if found is None:
        return "the registry answers, and has no such image; look at the name and the tag"
    if pulumi.contains_unknowns(platform) or not found.platforms or platform in found.platforms:
        return None
    return f"it is made for {', '.join(found.platforms)}, and the cluster's nodes are {platform}"


class ExistingImage(Resource, module="slipway", name="ExistingImage"):
    """An image reference, resolved to the digest that its registry has now.

    `image` is what the user wrote, `source` where this machine has it from.
    """

    reference: pulumi.Output[str]
    """`repository@sha256:…`."""

    def __init__(
        self,
        name: str,
        *,
        image: str,
        source: str,
        platform: pulumi.Input[str],
        username: pulumi.Input[str | None] = None,
        password: pulumi.Input[str | None] = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "image": image,
            "source": source,
            "platform": platform,
            "username": username,
            "password": None if password is None else pulumi.Output.secret(password),
            "reference": None,
        }
        super().__init__(ExistingImageProvider(), name, inputs, opts)
