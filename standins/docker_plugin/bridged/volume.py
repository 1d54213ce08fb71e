"""Named volumes. The id is the name."""

import time
from collections.abc import Callable
from typing import Any

from standins.docker_plugin.bridged.pairs import pairs_to_map, refreshed_pairs
from standins.docker_plugin.bridged.resource import Created
from standins.docker_plugin.bridged.shapes import as_state
from standins.docker_plugin.bridged.small_schemas import VOLUME
from standins.docker_plugin.docker_client import engine_errors, in_words, is_not_found
from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.values import Properties, array_or_empty, object_or_empty

_IN_USE_SECONDS = 20
_PAUSE_SECONDS = 1.0
_CONFLICT = 409


class VolumeOperations:
    """Creates, reads and removes named volumes; every change is a replacement.

    Input: how to wait some seconds.
    """

    schema = VOLUME

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        self._pause = pause

    def create(self, api: Any, inputs: Properties) -> Created:
        try:
            volume = api.create_volume(
                name=inputs["name"],
                driver=inputs.get("driver"),
                driver_opts=inputs.get("driverOpts"),
                labels=pairs_to_map(inputs.get("labels")),
            )
        except engine_errors() as error:
            raise PluginError(
                f'Unable to create volume "{inputs["name"]}": {in_words(error)}'
            ) from error
        labels = as_state(
            VOLUME.properties["labels"], array_or_empty(inputs.get("labels")), created=True
        )
        return Created(
            volume["Name"], {**_properties(volume, labels), "driverOpts": inputs.get("driverOpts")}
        )

    def read(self, api: Any, id: str, properties: Properties) -> Properties | None:
        try:
            volume = api.inspect_volume(id)
        except engine_errors() as error:
            if is_not_found(error):
                return None
            raise PluginError(f'Unable to inspect volume "{id}": {in_words(error)}') from error
        labels = refreshed_pairs(properties.get("labels"), volume.get("Labels"))
        return {**_properties(volume, labels), "driverOpts": object_or_empty(volume.get("Options"))}

    def update(self, api: Any, id: str, olds: Properties, news: Properties) -> None:
        """Do nothing: a volume has nothing that could change in place."""

    def delete(self, api: Any, id: str, properties: Properties) -> None:
        """Remove the volume; wait up to 20 s for a container that is just letting it go."""
        deadline = time.monotonic() + _IN_USE_SECONDS
        while True:
            try:
                api.remove_volume(id, force=True)
            except engine_errors() as error:
                if is_not_found(error):
                    return
                in_use = getattr(error, "status_code", None) == _CONFLICT
                if not in_use or time.monotonic() > deadline:
                    raise PluginError(
                        f'Unable to remove volume "{id}": {in_words(error)};'
                        f" `docker ps -a --filter volume={id}` shows what uses it"
                    ) from error
                self._pause(_PAUSE_SECONDS)
            else:
                return


def _properties(volume: Properties, labels: list[Any]) -> Properties:
    return {
        "cluster": None,
        "driver": volume["Driver"],
        "id": volume["Name"],
        "labels": labels,
        "mountpoint": volume["Mountpoint"],
        "name": volume["Name"],
    }
