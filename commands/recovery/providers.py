"""Dynamic providers in a state that an earlier version of Slipway wrote.

That version pickled a provider as an expression with the path of its module, which has moved.
Since then the pickle is a call of `slipway.find_provider` with the name of the resource.
"""

import base64
import pickle
from collections.abc import Iterator, Mapping
from typing import Any

from commands import state

_TYPE = "pulumi-python:dynamic/slipway:"
_KEY = "__provider"


def are_outdated(deployment: Mapping[str, Any]) -> bool:
    """Return whether a provider in the state is in the form of an earlier version."""
    return any(_outdated(deployment))


def upgrade(deployment: Mapping[str, Any]) -> bool:
    """Bring the providers in the state into today's form; return whether one was not.

    Only their spelling changes, so no resource is updated or replaced by this.
    """
    outdated = list(_outdated(deployment))
    for properties, provider in outdated:
        properties[_KEY] = provider
    return bool(outdated)


def _outdated(deployment: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the properties that hold an outdated provider, each with what belongs there."""
    for resource in state.resources(deployment, ""):
        kind = str(resource["type"])
        if not kind.startswith(_TYPE):
            continue
        provider = pickled(kind.removeprefix(_TYPE))
        for side in ("inputs", "outputs"):
            properties: dict[str, Any] = resource.get(side) or {}
            if properties.get(_KEY, provider) != provider:
                yield properties, provider


def pickled(resource: str) -> str:
    """Return a resource's provider as Pulumi's SDK writes it into the state, in base64.

    Spelled out by opcode: the commands do not import the package that the pickle names.
    """
    body = b"".join(
        (
            *(_text("slipway"), _text("find_provider"), pickle.STACK_GLOBAL, pickle.MEMOIZE),
            *(_text(resource), pickle.TUPLE1, pickle.MEMOIZE),
            *(pickle.REDUCE, pickle.MEMOIZE, pickle.STOP),
        )
    )
    header = pickle.PROTO + bytes([4]) + pickle.FRAME + len(body).to_bytes(8, "little")
    return base64.b64encode(header + body).decode()


def _text(text: str) -> bytes:
    encoded = text.encode()
    return pickle.SHORT_BINUNICODE + bytes([len(encoded)]) + encoded + pickle.MEMOIZE
