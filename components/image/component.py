"""Image: an application's image, built from its Dockerfile or already in a registry."""

from collections.abc import Sequence
from typing import Literal, Unpack

import pulumi

from ..targets.base import Target
from .args import ImageArgs
from .keywords import ImageKeywords
from .lookup import look_up
from .source import image_source

__all__ = ["Image", "ImageArgs", "ImageKeywords"]


class Image(pulumi.ComponentResource):
    """An image that the nodes of a target can get.

    Built and pushed when its context or its arguments change; or, by `reference`, one that is in
    a registry already, and is looked up there, once for all that name it. Nothing is built in a
    preview. The settings come as
    `args`, or as keywords named like the fields of ImageArgs. Raises SettingsError for settings
    that do not validate, and for a Dockerfile or a context that does not exist.
    """

    reference: pulumi.Output[str]
    """`repository@sha256:…`: what was pushed, whatever the tag points to later."""

    platform: Literal["linux/amd64", "linux/arm64"] | None
    """Platform that the settings name; None where it is that of the nodes."""

    delivery: Sequence[pulumi.Resource]
    """Resources that are ready once the nodes of the target can get the image."""

    source: str
    """The reference that the settings name, or their `docker build`."""

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
        self.source = image_source(args)
        self.platform = args.platform
        self._lookup = look_up(name, args, target, where, child)
        self.reference = self._lookup.reference
        self.delivery = self._lookup.delivery
        self.register_outputs({"reference": self.reference})

    @property
    def user(self) -> pulumi.Output[int]:
        """Numeric user that the image runs as, from its configuration in the registry.

        Fails for root, and for a user that the image gives by name.
        """
        return self._lookup.user.user.apply(_whole)

    @property
    def group(self) -> pulumi.Output[int]:
        """Numeric group that the image runs as; the user's number unless given by number."""
        return self._lookup.user.group.apply(_whole)

    def pulls(
        self, name: str, namespace: str, opts: pulumi.ResourceOptions
    ) -> Sequence[pulumi.Resource]:
        """Return the dependencies of pods in a namespace, beside those of `delivery`.

        The first pods of a namespace give their name and options.
        """
        return self._lookup.pulls(name, namespace, opts)


def _whole(number: float | None) -> int:
    """Return a number of Pulumi's as a whole one; a user's mocks may have none."""
    return int(number or 0)
