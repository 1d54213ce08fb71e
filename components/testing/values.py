"""Values that programs send to Pulumi's engine, and its answers.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go has their form.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from ..checks.finding import UNKNOWN, Path, Unknown

# The SDK has no public names for them.
_SIGNATURE = rpc._special_sig_key  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
_SECRET = rpc._special_secret_sig  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
_RESOURCE = rpc._special_resource_sig  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
_ASSET = rpc._special_asset_sig  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
_ARCHIVE = rpc._special_archive_sig  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


@dataclass(frozen=True)
class Secret:
    """A value that must not be seen: in the configuration, in outputs of resources and stacks."""

    value: Any

    def __repr__(self) -> str:
        return "secret(…)"


def secret(value: Any) -> Secret:
    """Return a value as a secret, such as `config={"password": secret("hunter2!")}`."""
    return Secret(value)


@dataclass(frozen=True)
class Values:
    """Plain values, and which of them are secret."""

    plain: Any
    secrets: frozenset[Path]
    """Places of secrets; what is below one is secret too."""

    def is_secret(self, path: Path) -> bool:
        """Return whether the value at a place is secret."""
        return any(path[: len(place)] == place for place in self.secrets)


def decoded(struct: struct_pb2.Struct) -> Values:
    """Return what a program sent."""
    secrets: set[Path] = set()
    plain = _decoded(json_format.MessageToDict(struct), (), secrets)
    return Values(plain, frozenset(secrets))


def _decoded(value: Any, path: Path, secrets: set[Path]) -> Any:
    if isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        signature = mapping.get(_SIGNATURE)
        if signature == _SECRET:
            secrets.add(path)
            return _decoded(mapping.get("value"), path, secrets)
        if signature == _RESOURCE:
            return mapping.get("urn", "")
        if signature in (_ASSET, _ARCHIVE):
            return {key: inner for key, inner in mapping.items() if key != _SIGNATURE}
        return {
            key: _decoded(inner, (*path, key), secrets)
            for key, inner in sorted(mapping.items())  # Struct keeps no order
            if not key.startswith("__")
        }
    if isinstance(value, list):
        inner = cast("list[Any]", value)
        return [_decoded(each, (*path, index), secrets) for index, each in enumerate(inner)]
    if value == rpc.UNKNOWN:
        return UNKNOWN
    return int(value) if isinstance(value, float) and value.is_integer() else value


def encoded(value: Any) -> Any:
    """Return a value, with secrets and unknown values, as Pulumi sends it."""
    if isinstance(value, Secret):
        return {_SIGNATURE: _SECRET, "value": encoded(value.value)}
    if isinstance(value, Unknown):
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {key: encoded(inner) for key, inner in items}
    if isinstance(value, list | tuple):
        return [encoded(inner) for inner in cast("list[Any]", value)]
    return value


def revealed(value: Any) -> Any:
    """Return a value with its secrets in plain."""
    if isinstance(value, Secret):
        return revealed(value.value)
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {key: revealed(inner) for key, inner in items}
    if isinstance(value, list | tuple):
        return [revealed(inner) for inner in cast("list[Any]", value)]
    return value


def secrets_in(value: Any) -> Iterator[Any]:
    """Yield what is secret in a value."""
    if isinstance(value, Secret):
        yield revealed(value)
    elif isinstance(value, Mapping):
        for inner in cast("Mapping[str, Any]", value).values():
            yield from secrets_in(inner)
    elif isinstance(value, list | tuple):
        for inner in cast("list[Any]", value):
            yield from secrets_in(inner)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield all values that hold no others, with their places."""
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, Any]", value).items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value
