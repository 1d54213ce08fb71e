"""Base of bridged resources; the calls to Docker are in their operations."""

from dataclasses import dataclass
from typing import Any, Protocol

from standins.docker_plugin.bridged.schema import Schema
from standins.docker_plugin.values import Properties


@dataclass(frozen=True)
class Created:
    """A new resource: its id and its properties, without the hidden ones."""

    id: str
    properties: Properties


class Operations(Protocol):
    """Calls of a resource to Docker; `api` is docker-py's low-level client.

    Every operation raises PluginError in words. `olds` and `properties` are states of the
    resource, `inputs` are checked inputs.
    """

    schema: Schema

    def create(self, api: Any, inputs: Properties) -> Created:
        """Make the resource. Raise CreatedButFailed when it exists but differs from its inputs."""
        ...

    def read(self, api: Any, id: str, properties: Properties) -> Properties | None:
        """Return the properties as Docker has them now, or None if it has no such thing."""
        ...

    def update(self, api: Any, id: str, olds: Properties, news: Properties) -> None:
        """Bring the resource from the state `olds` to `news`, a complete state too."""
        ...

    def delete(self, api: Any, id: str, properties: Properties) -> None:
        """Remove the resource; one that is not there is removed already."""
        ...
