"""The build of an image from a Dockerfile."""

import hashlib
from pathlib import Path

import pulumi
import pulumi_docker as docker

from ..targets.base import Target
from .args import ImageArgs
from .build_context import BuildContext, BuildSources
from .dockerfile import mirrored_arguments, read_dockerfile
from .staging import hashes, stage


def build(
    name: str, args: ImageArgs, target: Target, where: str, opts: pulumi.ResourceOptions
) -> docker.Image:
    """Return the image that the docker plugin builds and pushes, and keep what explains a rebuild.

    `where` names the image in messages. Raises SettingsError for a Dockerfile or a context that
    does not exist.
    """
    root = Path(pulumi.get_root_directory())
    text = read_dockerfile(args, where)
    arguments = {**args.build_args, **mirrored_arguments(text, target.mirrors, args.build_args)}
    image_name = target.images.tagged(name)
    cache = docker.CacheFromArgs(images=[image_name]) if args.registry_cache else None
    # https://docs.docker.com/build/cache/backends/inline/
    inline = {"BUILDKIT_INLINE_CACHE": "1"} if args.registry_cache else {}
    platform = args.platform or target.platform
    context = stage(root, args.context, args.dockerfile_path, name)
    image = docker.Image(
        f"{name}-build",
        image_name=image_name,
        build=docker.DockerBuildArgs(
            context=str(context),
            dockerfile=_staged(args, context),
            args={**arguments, **inline},
            target=args.stage,
            cache_from=cache,
            # Said outright: the plugin would print a notice at every run.
            platform=platform,
        ),
        registry=target.images.login,
        opts=opts,
    )
    BuildContext(
        f"{name}-context",
        BuildSources(
            image=name,
            files=hashes(root / context),
            dockerfile=hashlib.sha256(text.encode()).hexdigest()[:12],
            arguments=arguments,
            stage=args.stage,
            platform=platform,
        ),
        # After the build: what failed to build is not remembered as built.
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[image])),
    )
    return image


def _staged(args: ImageArgs, context: Path) -> str:
    """Return the Dockerfile in the copy of the context; outside of it, the file itself."""
    dockerfile, source = Path(args.dockerfile_path), Path(args.context)
    if dockerfile.is_relative_to(source):
        return str(context / dockerfile.relative_to(source))
    return args.dockerfile_path
