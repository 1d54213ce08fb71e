"""Images that Docker holds, and pulling one that it does not."""

from typing import Any

from standins.docker_plugin.docker_client import engine_errors, in_words, is_not_found
from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.values import Properties


def inspect_image(api: Any, name: str) -> Properties | None:
    """Return what Docker says about the image, or None if it holds no such image."""
    try:
        return api.inspect_image(name)
    except engine_errors() as error:
        if is_not_found(error):
            return None
        raise PluginError(f"Unable to inspect image {name}: {in_words(error)}") from error


def pull_image(api: Any, name: str, platform: str | None) -> None:
    """Pull the image (without a tag: `latest`); raise PluginError with the registry's words."""
    problem = None
    try:
        tag = None if "@" in name or ":" in name.rpartition("/")[2] else "latest"
        for message in api.pull(name, tag=tag, stream=True, decode=True, platform=platform):
            problem = message.get("error", problem)
    except engine_errors() as error:
        problem = in_words(error)
    if problem:
        raise PluginError(f"unable to pull image {name}: {problem}")
