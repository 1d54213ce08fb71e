"""Images of a registry, held in the engine. The id is the image's id and the name in one."""

from typing import Any

from toolchain.standins.docker_plugin.bridged.resource import Created
from toolchain.standins.docker_plugin.bridged.small_schemas import REMOTE_IMAGE
from toolchain.standins.docker_plugin.docker_client import engine_errors, in_words, is_not_found
from toolchain.standins.docker_plugin.errors import PluginError
from toolchain.standins.docker_plugin.values import Properties


class RemoteImageOperations:
    """Uses an image that the engine has, else pulls it; removes it unless told to keep it."""

    schema = REMOTE_IMAGE

    def create(self, api: Any, inputs: Properties) -> Created:
        name = inputs["name"]
        image = _inspect(api, name)
        if image is None:
            _pull(api, name, inputs.get("platform"))
            image = _inspect(api, name)
        if image is None:
            raise PluginError(f"unable to find image {name} in the engine right after its pull")
        kept = {key: inputs.get(key) for key in _KEPT}
        return Created(image["Id"] + name, {**kept, **_properties(image, name)})

    def read(self, api: Any, id: str, properties: Properties) -> Properties | None:
        name = properties.get("name") or id[len("sha256:") + 64 :]
        image = _inspect(api, name)
        if image is None:
            return None
        return {**{key: properties.get(key) for key in _KEPT}, **_properties(image, name)}

    def update(self, api: Any, id: str, olds: Properties, news: Properties) -> None:
        """Do nothing: what can change in place only says how to delete."""

    def delete(self, api: Any, id: str, properties: Properties) -> None:
        if properties.get("keepLocally"):
            return
        name = properties["name"]
        try:
            api.remove_image(name, force=bool(properties.get("forceRemove")))
        except engine_errors() as error:
            if not is_not_found(error):
                raise PluginError(
                    f"Unable to remove image {name}: {in_words(error)};"
                    " set `keep_locally` to leave it in the engine"
                ) from error


_KEPT = ("build", "forceRemove", "keepLocally", "platform", "pullTriggers", "triggers")


def _inspect(api: Any, name: str) -> Properties | None:
    try:
        return api.inspect_image(name)
    except engine_errors() as error:
        if is_not_found(error):
            return None
        raise PluginError(f"Unable to inspect image {name}: {in_words(error)}") from error


def _pull(api: Any, name: str, platform: str | None) -> None:
    problem = None
    try:
        tag = None if "@" in name or ":" in name.rpartition("/")[2] else "latest"
        for message in api.pull(name, tag=tag, stream=True, decode=True, platform=platform):
            problem = message.get("error", problem)
    except engine_errors() as error:
        problem = in_words(error)
    if problem:
        raise PluginError(
            f"Unable to read Docker image into resource: unable to pull image {name}: {problem}"
        )


def _properties(image: Properties, name: str) -> Properties:
    digests: list[str] = image.get("RepoDigests") or []
    last = name.partition("@")[0]
    repository = last.rpartition(":")[0] if ":" in last.rpartition("/")[2] else last
    matching = [digest for digest in digests if digest.partition("@")[0] == repository]
    return {
        "id": image["Id"] + name,
        "imageId": image["Id"],
        "name": name,
        "repoDigest": next(iter(matching or digests), ""),
    }
