"""Image: an application's image, built from its Dockerfile or already in a registry."""

from collections.abc import Sequence
from typing import Unpack

import pulumi

from ..targets.base import Target
from .args import ImageArgs
from .build import build
from .existing import ExistingImage, ImageSource
from .keywords import ImageKeywords
from .user import ImageUser

__all__ = ["Image", "ImageArgs", "ImageKeywords"]


class Image(pulumi.ComponentResource):
    """An image that the nodes of a target can get.

    Built and pushed when its context or its arguments change; or, by `reference`, one that is in
    a registry already, and is looked up there. Nothing is built in a preview. The settings come as
    `args`, or as keywords named like the fields of ImageArgs. Raises SettingsError for settings
    that do not validate, and for a Dockerfile or a context that does not exist.
    """

    reference: pulumi.Output[str]
    """`repository@sha256:…`: what was pushed, whatever the tag points to later."""

    delivery: Sequence[pulumi.Resource]
    """Resources that are ready once the nodes of the target can get the image."""

    def __init__(
        self,
        name: str,
        args: ImageArgs | None = None,
        *,
        target: Target,
        opts: pulumi.ResourceOptions | None = None,
        **settings: Unpack[ImageKeywords],
    ) -> None:
        super().__init__("slipway:index:Image", name, None, opts)
        where = f'Image("{name}")'
        args = ImageArgs.given(args, settings, where)
        child = pulumi.ResourceOptions(parent=self)
        if args.reference is None:
            built = build(name, args, target, where, child)
            self.reference = built.repo_digest
            self.delivery = target.images.deliver(name, built.image_name, built.repo_digest)
        else:
            existing = self._existing(name, args.reference, args.platform, target, child)
            self.reference = existing.reference
            self.delivery = target.images.deliver(name, None, existing.reference)
        self._name, self._target = name, target
        self._user: ImageUser | None = None
        self.register_outputs({"reference": self.reference})

    @property
    def user(self) -> pulumi.Output[int]:
        """Numeric user that the image runs as, from its configuration in the registry.

        Fails for root, and for a user that the image gives by name.
        """
        return self._runs_as().user.apply(_whole)

    @property
    def group(self) -> pulumi.Output[int]:
        """Numeric group that the image runs as; the user's number unless given by number."""
        return self._runs_as().group.apply(_whole)

    def _runs_as(self) -> ImageUser:
        if self._user is None:
            self._user = ImageUser(
                f"{self._name}-user",
                reference=self.reference,
                login=self._target.images.login,
                opts=pulumi.ResourceOptions(parent=self),
            )
        return self._user

    @staticmethod
    def _existing(
        name: str,
        reference: str,
        platform: str | None,
        target: Target,
        opts: pulumi.ResourceOptions,
    ) -> ExistingImage:
        login = target.images.login
        source = target.mirrors.resolve(reference)
        # The target's login is for its own registry, and no other may see it.
        is_own = login is not None and source.startswith(f"{login.server}/")
        return ExistingImage(
            f"{name}-existing",
            ImageSource(reference, source, platform or target.platform),
            login=login if is_own else None,
            opts=opts,
        )


def _whole(number: float | None) -> int:
    """Return a number of Pulumi's as a whole one; a user's mocks may have none."""
    return int(number or 0)
