"""The one error that a user of the plugin sees."""

from typing import Any


class PluginError(Exception):
    """A failure in words: the cause, the place and, where there is one, the next command."""


class CreatedButFailed(PluginError):
    """The resource exists but differs from its inputs; Pulumi must remember it to replace it later.

    Inputs: the message, the new resource's `id` and the `properties` known so far.
    """

    def __init__(self, message: str, *, id: str, properties: dict[str, Any]) -> None:
        super().__init__(message)
        self.id = id
        self.properties = properties
