"""The build of an image from a Dockerfile."""

import hashlib
from pathlib import Path

import pulumi
import pulumi_docker as docker

from ..machine.runner import Runner
from ..targets.base import Target
from .args import ImageArgs
from .build_context import BuildContext, BuildSources
from .docker_features import check_docker
from .dockerfile import mirrored_arguments, read_dockerfile
from .mirrored import mirrored_dockerfile
from .staging import BuildFolder, copies, stage


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
    below = copies(pulumi.get_stack(), name)
    folder = BuildFolder(root, args.context, args.dockerfile_path)
    staged = stage(folder, below, where, _mirrored(text, args, target, where))
    image = docker.Image(
        f"{name}-build",
        image_name=image_name,
        build=docker.DockerBuildArgs(
            context=str(staged.context),
            dockerfile=str(staged.dockerfile),
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
            copies=str(below),
            context=staged.context.name,
            dockerfile=hashlib.sha256(text.encode()).hexdigest()[:12],
            arguments=arguments,
            stage=args.stage,
            platform=platform,
        ),
        # After the build: what failed to build is not remembered as built.
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[image])),
    )
    return image


def _mirrored(text: str, args: ImageArgs, target: Target, where: str) -> str | None:
    """Return the Dockerfile with this machine's mirrors in it; None where that changes nothing.

    Raises SettingsError for one that this machine's Docker is too old for.
    """
    mirrored = mirrored_dockerfile(text, target.mirrors)
    place = f"{where}: {args.dockerfile_path}"
    check_docker(mirrored.text, place, mirrored.removed_frontend, Runner())
    for image in mirrored.without_mirror if target.mirrors.has_no_registry else ():
        pulumi.log.warn(
            f"{place}, line {image.line + 1}: the mirror map of this machine has no mirror of "
            f"{image.reference}; if the build does not find it, change the line or add it to "
            f"~/.config/slipway/mirrors.yaml: images: {{{image.reference}: …}}"
        )
    return None if mirrored.text == text else mirrored.text
