"""What a load consists of."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Kind = Literal["new", "kept", "http2", "websocket"]


@dataclass(frozen=True)
class Load:
    """Requests of one kind to one address of this machine."""

    name: str
    kind: Kind
    port: int
    rate: float
    """Requests that are due in a second."""

    path: str = "/"
    connections: int = 8
    """Number of connections that are kept; without meaning for new ones."""

    host: str = "127.0.0.1"


def as_text(loads: Sequence[Load]) -> str:
    """Return loads as JSON, for the command line of the generator."""
    return json.dumps([asdict(each) for each in loads])


def from_text(text: str) -> list[Load]:
    """Return the loads of a command line."""
    return [Load(**each) for each in json.loads(text)]
