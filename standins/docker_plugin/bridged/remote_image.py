"""Images of a registry, pulled into Docker. The id is the image's id and the name in one."""

from typing import Any

from standins.docker_plugin.bridged.local_images import inspect_image, pull_image
from standins.docker_plugin.bridged.resource import Created
from standins.docker_plugin.bridged.small_schemas import REMOTE_IMAGE
from standins.docker_plugin.docker_client import engine_errors, in_words, is_not_found
from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.values import Properties


class RemoteImageOperations:
    """Uses an image that Docker has, else pulls it; removes it unless `keep_locally` is set."""

    schema = REMOTE_IMAGE

    def create(self, api: Any, inputs: Properties) -> Created:
        name = inputs["name"]
        image = inspect_image(api, name)
        if image is None:
            try:
                pull_image(api, name, inputs.get("platform"))
            except PluginError as error:
                raise PluginError(f"Unable to read Docker image into resource: {error}") from error
            image = inspect_image(api, name)
        if image is None:
            raise PluginError(f"unable to find image {name} in Docker right after its pull")
        kept = {key: inputs.get(key) for key in _KEPT}
        return Created(image["Id"] + name, {**kept, **_properties(image, name)})

    def read(self, api: Any, id: str, properties: Properties) -> Properties | None:
        name = properties.get("name") or id[len("sha256:") + 64 :]
        image = inspect_image(api, name)
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
                    " set `keep_locally` to leave it in Docker"
                ) from error


_KEPT = ("build", "forceRemove", "keepLocally", "platform", "pullTriggers", "triggers")


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
