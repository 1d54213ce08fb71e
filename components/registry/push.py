"""Push again what a registry lost."""

import contextlib
import json
import tempfile
from pathlib import Path

from ..machine.runner import CommandError, LocalError, Runner
from .client import RegistryClient
from .docker_config import config_key
from .login import Login
from .reference import ImageReference

_PUSH_SECONDS = 600
_AGAIN = "`pulumi up --replace '**-build'` rebuilds and pushes it"


def registry_has(reference: str, login: Login | None = None) -> bool:
    """Return whether the registry has the image `registry/name@sha256:…`.

    Raises LocalError when it does not answer within 5 s, or refuses to.
    """
    image = ImageReference.parse(reference)
    return RegistryClient(image.registry, login).has(image.repository, image.version)


def push_again(
    runner: Runner,
    image: str,
    reference: str,
    login: Login | None = None,
    given: Login | None = None,
) -> None:
    """Push the tag `image`, so that the registry has `reference` (`name@digest`) again.

    `login` is that of the registry; `given` is the same where Docker's own configuration, which
    Docker reads itself with the helpers that it names, does not have it.

    Raises LocalError when this machine does not have that image any more either.
    """
    _tag_again(runner, image, reference)
    try:
        # By the tag: what was pushed by its digest could not be pulled by it otherwise.
        with tempfile.TemporaryDirectory() as folder:
            config = ("--config", _config(Path(folder), reference, given)) if given else ()
            runner.run("docker", *config, "push", "--quiet", image, timeout=_PUSH_SECONDS)
    except CommandError as error:
        raise LocalError(
            f"the registry lost {reference}, and it cannot be pushed again",
            details=error,
            next_step=_AGAIN,
        ) from None
    if not registry_has(reference, login):
        raise LocalError(
            f"the registry lost {reference}, and this machine has another image as {image} now, "
            f"so that pushing it again did not bring {reference.partition('@')[2]} back",
            next_step=_AGAIN,
        )


def _tag_again(runner: Runner, image: str, reference: str) -> None:
    """Give the tag back to what was pushed, if Docker has it: a later build may have taken it.

    Docker knows what lost its tag as `name@digest`; with its containerd image store, where the
    name is lost too, as the digest, which is the image's ID there.
    """
    for known in (reference, reference.partition("@")[2]):
        with contextlib.suppress(CommandError):
            runner.run("docker", "tag", known, image)
            return


def _config(folder: Path, reference: str, login: Login) -> str:
    """Write Docker's configuration with one login; the folder."""
    auths = {config_key(ImageReference.parse(reference).registry): {"auth": login.encoded}}
    (folder / "config.json").write_text(json.dumps({"auths": auths}), encoding="utf-8")
    return str(folder)
