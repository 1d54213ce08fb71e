"""HashKey: a random key of a stack, kept as a secret in its state."""

import secrets
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource

from ..dynamic import LocalProvider, Properties


class HashKeyProvider(LocalProvider):
    """Makes a key once."""

    def create(self, props: Properties) -> CreateResult:
        del props
        return CreateResult("hash-key", {"key": secrets.token_hex(32)})

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        return DiffResult(changes=False)


class HashKey(Resource, module="slipway", name="HashKey"):
    """64 hexadecimal digits that nobody can guess."""

    key: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs: dict[str, Any] = {"key": None}
        secret = pulumi.ResourceOptions(additional_secret_outputs=["key"])
        super().__init__(
            HashKeyProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, secret)
        )
