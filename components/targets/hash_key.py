"""HashKey: a random key of a stack, kept as a secret in its state."""

import secrets
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ..dynamic import DynamicProvider, Inputs, Properties


class _Inputs(Inputs):
    key: str | None = None


class HashKeyProvider(DynamicProvider[_Inputs]):
    """Makes a key once."""

    inputs = _Inputs
    outputs = frozenset({"key"})

    def identify(self, news: _Inputs) -> str:
        return "hash-key"

    def ensure(self, news: _Inputs, olds: _Inputs | None) -> Properties:
        return {"key": olds.key if olds else secrets.token_hex(32)}


class HashKey(Resource, module="slipway", name="HashKey"):
    """64 random hexadecimal digits."""

    key: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs: dict[str, Any] = {"key": None}
        secret = pulumi.ResourceOptions(additional_secret_outputs=["key"])
        super().__init__(
            HashKeyProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, secret)
        )
