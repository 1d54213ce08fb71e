"""Image: an application's image, from its Dockerfile to the target's registry."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi
import pulumi_docker as docker

from ..model import SettingsError
from ..target.base import Target
from .args import ImageArgs
from .dockerfile import mirrored_arguments

__all__ = ["Image", "ImageArgs"]


class Image(pulumi.ComponentResource):
    """An image that is built and pushed when its context or its arguments change.

    The settings come as `args`, or as keywords named like the fields of ImageArgs. Nothing is
    built in a preview. Raises SettingsError for settings that do not validate and for a
    Dockerfile that does not exist.
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
        args = ImageArgs.given(args, settings, f'Image("{name}")')
        text = _read(args, f'Image("{name}")')
        image = docker.Image(
            f"{name}-build",
            image_name=target.image_name(name),
            build=docker.DockerBuildArgs(
                context=args.context,
                dockerfile=args.dockerfile_path,
                args={
                    **args.build_args,
                    **mirrored_arguments(text, target.mirrors, args.build_args),
                },
                target=args.stage,
                # Said outright: the plugin would print a notice at every run.
                platform=args.platform or target.platform,
            ),
            registry=target.push_credentials,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.reference = image.repo_digest
        self.delivery = target.deliver(name, image.image_name, image.repo_digest)
        self.register_outputs({"reference": self.reference})


def _read(args: ImageArgs, where: str) -> str:
    path = Path(pulumi.get_root_directory()) / args.dockerfile_path
    try:
        return path.read_text()
    except OSError:
        raise SettingsError(
            f"{where}: there is no Dockerfile at {args.dockerfile_path} (relative to Pulumi.yaml); "
            "set `context` to the folder that holds it, or `dockerfile` to its path"
        ) from None
