"""The vendor's plugin as recorded: request and answer pairs, and how to put one to ours."""

import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from standins.docker_plugin.host import EngineLog
from standins.docker_plugin.provider import DockerProvider
from standins.docker_plugin.stubs import provider_pb2

_FILE = Path(__file__).with_name("recorded.jsonl.gz")
_MESSAGES = {
    "CheckConfig": provider_pb2.CheckRequest,
    "DiffConfig": provider_pb2.DiffRequest,
}


@dataclass(frozen=True)
class Recorded:
    """One pair. `situation` names what had been done to the project before."""

    number: int
    situation: str
    method: str
    request: dict[str, Any]
    response: dict[str, Any] | None
    error: str | None

    @property
    def type(self) -> str:
        """The resource's type without its module, for example `Container`."""
        return self.request.get("urn", "::::").split("::")[2].rpartition(":")[2]

    @property
    def is_preview(self) -> bool:
        return bool(self.request.get("preview"))

    def __str__(self) -> str:
        return f"{self.number}-{self.situation}-{self.type}-{self.method}"


class Refused(Exception):
    """What the plugin answers instead of a message."""


class Call:
    """Stands for gRPC's context: an abort ends the call."""

    def __init__(self) -> None:
        self.trailing: Any = ()

    def set_trailing_metadata(self, metadata: Any) -> None:
        self.trailing = metadata

    def abort(self, code: Any, message: str) -> None:
        raise Refused(message)


class SilentLog(EngineLog):
    """Keeps what would be shown to the user."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def send(self, severity: Any, message: str, urn: str, *, ephemeral: bool = False) -> None:
        self.shown.append(message)


@cache
def recordings() -> tuple[Recorded, ...]:
    with gzip.open(_FILE, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return tuple(
        Recorded(
            number=number,
            situation=row["case"],
            method=row["method"],
            request=row["request"],
            response=row["response"],
            error=next(iter(row.get("error", [])), None),
        )
        for number, row in enumerate(rows)
    )


def select(method: str, *types: str, preview: bool | None = None) -> list[Recorded]:
    """Return the pairs of a method, of these resource types, previews or not."""
    return [
        pair
        for pair in recordings()
        if pair.method == method
        and (not types or pair.type in types)
        and (preview is None or pair.is_preview is preview)
    ]


def answer(provider: DockerProvider, method: str, request: dict[str, Any]) -> dict[str, Any]:
    """Put a request to the plugin and return its answer in the recordings' form."""
    kind: Any = _MESSAGES.get(method) or getattr(provider_pb2, f"{method}Request", None)
    message = json_format.ParseDict(request, kind()) if kind else None
    response = getattr(provider, method)(message, Call())
    return json_format.MessageToDict(response)
