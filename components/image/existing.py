"""ExistingImage: an image that others pushed, looked up before anything is deployed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import CheckFailure, Resource

from ..dynamic import DynamicProvider, Preflight
from ..machine.runner import LocalError
from ..registry.client import Manifest, RegistryClient
from ..registry.credentials import CREDENTIALS, CredentialInputs, credentials
from ..registry.reference import ImageReference

if TYPE_CHECKING:
    import pulumi_docker as docker


@dataclass(frozen=True)
class ImageSource:
    """An image, and where this machine gets it."""

    image: str
    """Reference that the user wrote."""

    source: str
    """Reference that this machine's mirror map has for it; the same without a mirror."""

    platform: pulumi.Input[str]
    """Platform of the cluster's nodes, e.g. `linux/amd64`."""


class ExistingImageInputs(CredentialInputs):
    """Inputs of ExistingImage."""

    image: str
    source: str
    platform: str
    reference: str | None = None
    """Reference by digest, in the state; the check fills it in."""


class ExistingImageProvider(DynamicProvider[ExistingImageInputs]):
    """Asks the registry in `check`, which runs in previews too, and fills in the digest.

    `reference` is none of the `outputs`: another digest is a change.
    """

    inputs = ExistingImageInputs
    secret_inputs = CREDENTIALS

    def preflight(self, olds: ExistingImageInputs | None, news: ExistingImageInputs) -> Preflight:
        image = ImageReference.parse(news.source)
        try:
            if olds and self._is_unchanged(image, olds, news):
                return Preflight({"reference": olds.reference})
            manifest = self._manifest(image, news)
        except LocalError as error:
            return _refused(news, str(error))
        if manifest is None:
            return _refused(news, "image not found in the registry; check name and tag")
        if not _runs_on(manifest, news.platform):
            made_for = ", ".join(manifest.platforms)
            return _refused(
                news, f"it is built for {made_for}, and the cluster's nodes are {news.platform}"
            )
        return Preflight({"reference": f"{image.name}@{manifest.digest}"})

    def identify(self, news: ExistingImageInputs) -> str:
        return news.image

    def _is_unchanged(
        self, image: ImageReference, olds: ExistingImageInputs, news: ExistingImageInputs
    ) -> bool:
        """Return whether the registry still has, under the same name, what was checked before.

        Docker Hub counts what it is asked for a manifest as a pull, and this not.
        """
        if (olds.source, olds.platform) != (news.source, news.platform) or not olds.reference:
            return False
        digest = self._client(image, news).digest(image.repository, image.version)
        return olds.reference == f"{image.name}@{digest}"

    def _manifest(self, image: ImageReference, news: ExistingImageInputs) -> Manifest | None:
        return self._client(image, news).manifest(image.repository, image.version)

    def _client(self, image: ImageReference, news: ExistingImageInputs) -> RegistryClient:
        return RegistryClient(image.registry, news.login(image.registry, self.runner))


def _runs_on(manifest: Manifest, platform: str) -> bool:
    known = not pulumi.contains_unknowns(platform) and manifest.platforms
    return not known or platform in manifest.platforms


def _refused(news: ExistingImageInputs, reason: str) -> Preflight:
    lines = [f"the image {news.image}: {reason}"]
    if news.source != news.image:
        lines.append(f"the mirror map of this machine has it at {news.source}")
    lines.append(f"`docker pull {news.source}` asks the same")
    return Preflight(failures=[CheckFailure("image", "\n".join(lines))])


class ExistingImage(Resource, module="slipway", name="ExistingImage"):
    """An image reference, resolved to the digest that its registry has now.

    Without a `login`, Docker's own configuration decides.
    """

    reference: pulumi.Output[str]
    """`repository@sha256:…`."""

    def __init__(
        self,
        name: str,
        source: ImageSource,
        *,
        login: "docker.RegistryArgs | None" = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "image": source.image,
            "source": source.source,
            "platform": source.platform,
            **credentials(login),
            "reference": None,
        }
        super().__init__(ExistingImageProvider(), name, inputs, opts)
