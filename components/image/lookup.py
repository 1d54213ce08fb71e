"""What is looked up about an image once, however many applications run it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi

from ..registry.reference import canonical
from ..settings.model import SettingsError
from ..targets.base import Target
from ..targets.images import KnownImage, PulledImage
from .args import ImageArgs
from .build import build
from .dockerfile import read_dockerfile
from .existing import ExistingImage, ImageSource
from .source import image_source
from .stage_user import stage_user
from .user import ImageUser


class ImageLookup:
    """An image that a target's nodes get: its digest, its delivery, its user and trial pulls.

    Resources are named after the first Image that names it, which is their parent.
    """

    reference: pulumi.Output[str]
    """`repository@sha256:…`."""

    delivery: Sequence[pulumi.Resource]
    """Resources that are ready once the nodes of the target can get the image."""

    def __init__(
        self, name: str, args: ImageArgs, target: Target, where: str, opts: pulumi.ResourceOptions
    ) -> None:
        self._name, self._target, self._opts = name, target, opts
        self._platform = args.platform or target.platform
        self._user: ImageUser | None = None
        self._pulls: dict[str, Sequence[pulumi.Resource]] = {}
        if args.reference is None:
            built = build(name, args, target, where, opts)
            self.reference = built.repo_digest
            self.delivery = target.images.deliver(name, built.image_name, built.repo_digest)
        else:
            self.reference = self._existing(args.reference).reference
            self.delivery = target.images.deliver(name, None, self.reference)

    @property
    def user(self) -> ImageUser:
        """The user of the image; it is looked up only if needed."""
        if self._user is None:
            self._user = ImageUser(
                f"{self._name}-user",
                reference=self.reference,
                login=self._target.images.login,
                opts=self._opts,
            )
        return self._user

    def pulls(
        self, name: str, namespace: str, opts: pulumi.ResourceOptions
    ) -> Sequence[pulumi.Resource]:
        """Return the dependencies of pods in a namespace, beside those of `delivery`.

        `name` and the options are for the first pods of the namespace.
        """
        if namespace not in self._pulls:
            image = PulledImage(self.reference, self._platform)
            self._pulls[namespace] = self._target.images.pulls(name, namespace, image, opts)
        return self._pulls[namespace]

    def _existing(self, reference: str) -> ExistingImage:
        login = self._target.images.login
        source = self._target.mirrors.resolve(reference)
        # The target's login is for its own registry, and no other may see it.
        is_own = login is not None and source.startswith(f"{login.server}/")
        return ExistingImage(
            f"{self._name}-existing",
            ImageSource(reference, source, self._platform),
            login=login if is_own else None,
            opts=self._opts,
        )


@dataclass(frozen=True)
class _KnownUser:
    user: pulumi.Output[int]
    group: pulumi.Output[int]


class KnownLookup:
    """An image of which everything is known: nothing is registered for it."""

    delivery: Sequence[pulumi.Resource] = ()

    def __init__(self, image: KnownImage) -> None:
        self._image = image
        self.reference = pulumi.Output.from_input(image.reference)

    @property
    def user(self) -> _KnownUser:
        """The user of the image.  Raises SettingsError where it is not known."""
        if self._image.user is None:
            raise SettingsError(
                f"the user of {self._image.reference} is not known; the setting `user` of the "
                "application names it, e.g. user: 10001"
            )
        group = self._image.user if self._image.group is None else self._image.group
        return _KnownUser(
            pulumi.Output.from_input(self._image.user), pulumi.Output.from_input(group)
        )

    def pulls(
        self, name: str, namespace: str, opts: pulumi.ResourceOptions
    ) -> Sequence[pulumi.Resource]:
        """Return no dependencies."""
        del name, namespace, opts
        return ()


def look_up(
    name: str, args: ImageArgs, target: Target, where: str, opts: pulumi.ResourceOptions
) -> ImageLookup | KnownLookup:
    """Return what is looked up about an image: once for an existing one, whoever names it.

    `where` names the image in messages. Raises SettingsError for a Dockerfile or a context that
    does not exist.
    """
    if known := target.images.known(name, image_source(args)):
        text = None if args.reference is not None else read_dockerfile(args, where)
        if known.user is None and known.is_given and text is not None:
            user, group = stage_user(text, args.stage) or (None, None)
            known = replace(known, user=user, group=group)
        return KnownLookup(known)

    def make() -> ImageLookup:
        return ImageLookup(name, args, target, where, opts)

    if args.reference is None:
        return make()
    return target.images.once((canonical(args.reference), args.platform), make)
