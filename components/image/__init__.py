"""Image: an application's image, built from its Dockerfile or there already."""

from collections.abc import Sequence
from typing import Any

import pulumi

from ..local.existing_image import ExistingImage
from ..target.base import Target
from .args import ImageArgs
from .build import build

__all__ = ["Image", "ImageArgs"]


class Image(pulumi.ComponentResource):
    """An image that the nodes of a target can get.

    Built and pushed when its context or its arguments change; or, by `reference`, one that is in
    a registry already, which is asked for it. Nothing is built in a preview. The settings come as
    `args`, or as keywords named like the fields of ImageArgs. Raises SettingsError for settings
    that do not validate, and for a Dockerfile or a context that does not exist.
    """

    reference: pulumi.Output[str]
    """`repository@sha256:…`: what was pushed, whatever the tag points to later."""

    delivery: Sequence[pulumi.Resource]
    """What stands once the nodes of the target can get the image."""

    def __init__(
        self,
        name: str,
        args: ImageArgs | None = None,
        *,
        target: Target,
        opts: pulumi.ResourceOptions | None = None,
        **settings: Any,
    ) -> None:
        super().__init__("slipway:index:Image", name, None, opts)
        where = f'Image("{name}")'
        args = ImageArgs.given(args, settings, where)
        child = pulumi.ResourceOptions(parent=self)
        if args.reference is None:
            built = build(name, args, target, where, child)
            self.reference = built.repo_digest
            self.delivery = target.deliver(name, built.image_name, built.repo_digest)
        else:
            existing = self._existing(name, args.reference, args.platform, target, child)
            self.reference = existing.reference
            self.delivery = target.deliver(name, None, existing.reference)
        self.register_outputs({"reference": self.reference})

    @staticmethod
    def _existing(
        name: str,
        reference: str,
        platform: str | None,
        target: Target,
        opts: pulumi.ResourceOptions,
    ) -> ExistingImage:
        login = target.push_credentials
        source = target.mirrors.resolve(reference)
        # The target's login is for its own registry, and nobody else's business.
        ours = login is not None and source.startswith(f"{login.server}/")
        return ExistingImage(
            f"{name}-existing",
            image=reference,
            source=source,
            platform=platform or target.platform,
            username=login.username if login and ours else None,
            password=login.password if login and ours else None,
            opts=opts,
        )
