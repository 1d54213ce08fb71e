"""Pushing an image and reading its digest from Docker's answer."""

from collections.abc import Callable
from typing import Any

from standins.docker_plugin.docker_client import engine_errors, in_words
from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.image.reference import parse_canonical
from standins.docker_plugin.values import object_or_empty


def push_image(
    api: Any,
    name: str,
    login: tuple[str, str] | None,
    is_cancelled: Callable[[], bool],
    show: Callable[[str], None],
) -> str:
    """Push the image of this name and return `repository@sha256:...`.

    Inputs: Docker's API, the name (without a tag: `latest`), the login or None for Docker's
    own configuration, whether to stop, and where a line about the progress goes. Raises
    PluginError with the registry's or Docker's words.
    """
    reference = parse_canonical(name)
    auth = {"username": login[0], "password": login[1]} if login else None
    digest: str | None = None
    try:
        stream = api.push(
            reference.repository,
            reference.tag or "latest",
            stream=True,
            decode=True,
            auth_config=auth,
        )
        for message in stream:
            if is_cancelled():
                raise PluginError("the push was ended because the update was cancelled")
            if error := message.get("error"):
                raise PluginError(
                    f"error reading push output: {error}; {_next(reference.repository)}"
                )
            digest = object_or_empty(message.get("aux")).get("Digest", digest)
            if message.get("status") and not message.get("progressDetail"):
                show(f"{message.get('id', name)}: {message['status']}")
    except engine_errors() as error:
        raise PluginError(f"error reading push output: {in_words(error)}") from error
    if digest is None:
        raise PluginError(
            f"error reading push output: Docker named no digest for {name};"
            " push it by hand with `docker push` to see why"
        )
    return f"{reference.repository}@{digest}"


def _next(repository: str) -> str:
    host = repository.partition("/")[0]
    return f"check that the registry {host} answers and accepts these credentials"
