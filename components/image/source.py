"""The source of an image: the reference of the settings, or the build that makes it."""

import shlex

from .args import ImageArgs


def image_source(args: ImageArgs) -> str:
    """Return the reference that the settings name, or their `docker build`, without defaults."""
    if args.reference is not None:
        return args.reference
    words = ["docker", "build"]
    for option, value in (
        ("--file", args.dockerfile),
        ("--target", args.stage),
        ("--platform", args.platform),
    ):
        words += [] if value is None else [option, value]
    for name, value in sorted(args.build_args.items()):
        words += ["--build-arg", f"{name}={value}"]
    return shlex.join([*words, args.context])
