"""The provider's methods for bridged resources, between property dicts."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from standins.docker_plugin.bridged.check import InputChecker
from standins.docker_plugin.bridged.container import ContainerOperations
from standins.docker_plugin.bridged.diff import Difference, difference
from standins.docker_plugin.bridged.inputs_read import inputs_after_read
from standins.docker_plugin.bridged.naming import Naming
from standins.docker_plugin.bridged.network import NetworkOperations
from standins.docker_plugin.bridged.plan import planned_create, planned_update, updated_properties
from standins.docker_plugin.bridged.remote_image import RemoteImageOperations
from standins.docker_plugin.bridged.resource import Created, Operations
from standins.docker_plugin.bridged.state import META, with_delta, with_hidden
from standins.docker_plugin.bridged.volume import VolumeOperations
from standins.docker_plugin.errors import CreatedButFailed
from standins.docker_plugin.values import Properties


@dataclass(frozen=True)
class BridgedService:
    """One bridged resource type."""

    operations: Operations

    def check(
        self, logical_name: str, olds: Properties, news: Properties, naming: Naming
    ) -> tuple[Properties, list[str]]:
        """Return the checked inputs and everything that is wrong with them."""
        checker = InputChecker(self.operations.schema, logical_name, olds, naming)
        return checker.check(news), checker.failures

    def diff(self, olds: Properties, news: Properties) -> Difference:
        return difference(self.operations.schema, olds, news)

    def stable_names(self, changed: Difference) -> list[str]:
        """Return the properties that stay as they are for the life of the resource."""
        names = self.operations.schema.stable_names
        return [name for name in names if name not in changed.names]

    def preview_create(self, inputs: Properties) -> Properties:
        return planned_create(self.operations.schema, inputs)

    def preview_update(self, olds: Properties, news: Properties) -> Properties:
        return planned_update(self.operations.schema, olds, news)

    def create(self, api: Any, inputs: Properties) -> Created:
        schema = self.operations.schema
        try:
            made = self.operations.create(api, inputs)
        except CreatedButFailed as error:
            error.properties = with_hidden(schema, error.properties, created=True)
            raise
        return Created(made.id, with_hidden(schema, made.properties, created=True))

    def read(
        self, api: Any, id: str, inputs: Properties, properties: Properties
    ) -> tuple[Properties, Properties] | None:
        """Return the inputs and properties as they are now, or None for a thing that is gone."""
        schema = self.operations.schema
        state = self.operations.read(api, id, properties)
        if state is None:
            return None
        full = with_hidden(schema, state, created=False)
        if properties.get(META):
            full[META] = properties[META]
        return inputs_after_read(schema, inputs, state), full

    def update(self, api: Any, id: str, olds: Properties, news: Properties) -> Properties:
        schema = self.operations.schema
        state = updated_properties(schema, olds, news)
        self.operations.update(api, id, olds, state)
        return with_delta(schema, state, created=False)

    def delete(self, api: Any, id: str, properties: Properties) -> None:
        self.operations.delete(api, id, properties)


def services(pause: Callable[[float], None] = time.sleep) -> dict[str, BridgedService]:
    """Return the served types by their token. Input: how to wait some seconds."""
    served: tuple[Operations, ...] = (
        ContainerOperations(pause),
        VolumeOperations(pause),
        NetworkOperations(),
        RemoteImageOperations(),
    )
    return {operations.schema.token: BridgedService(operations) for operations in served}
