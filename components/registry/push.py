"""Push again what a registry lost."""

import contextlib
import json
import tempfile
from pathlib import Path

from ..machine.runner import CommandError, LocalError, Runner
from .client import RegistryClient
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


def push_again(runner: Runner, image: str, reference: str, login: Login | None = None) -> None:
    """Push the tag `image`, so that the registry has `reference` (`name@digest`) again.

    Raises LocalError when this machine does not have that image any more either.
    """
    # A build that was not pushed may have the tag by now; what was pushed is known by its digest.
    with contextlib.suppress(CommandError):
        runner.run("docker", "tag", reference, image)
    try:
        # By the tag: what was pushed by its digest could not be pulled by it otherwise.
        with tempfile.TemporaryDirectory() as folder:
            config = ("--config", _config(Path(folder), reference, login)) if login else ()
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


def _config(folder: Path, reference: str, login: Login) -> str:
    """Write Docker's configuration with one login; the folder."""
    registry = ImageReference.parse(reference).registry
    auths = {registry: {"auth": login.encoded}}
    (folder / "config.json").write_text(json.dumps({"auths": auths}))
    return str(folder)
