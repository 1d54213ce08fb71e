"""Messages of the plugin to the user, through the Pulumi that started it."""

from dataclasses import dataclass
from typing import Any

from standins.docker_plugin.stubs import engine_pb2, engine_pb2_grpc, grpc

_SECONDS = 5.0


class EngineLog:
    """Pulumi's Log service. A line that cannot be delivered is dropped: no work hangs on it.

    Inputs: Pulumi's address, as `host:port`.
    """

    def __init__(self, address: str) -> None:
        # A proxy of the user's is for the network, never for Pulumi beside us.
        options = (("grpc.enable_http_proxy", 0),)
        self._channel: Any = grpc.insecure_channel(address, options=options)
        self._stub: Any = engine_pb2_grpc.EngineStub(self._channel)

    def send(self, severity: Any, message: str, urn: str, *, ephemeral: bool = False) -> None:
        """Show one message for the resource `urn`; an ephemeral one gives way to the next."""
        request = engine_pb2.LogRequest(
            severity=severity, message=message, urn=urn, ephemeral=ephemeral
        )
        try:
            self._stub.Log(request, timeout=_SECONDS)
        except grpc.RpcError:
            return

    def close(self) -> None:
        self._channel.close()


@dataclass(frozen=True)
class ResourceLog:
    """Messages about one resource."""

    engine: EngineLog
    urn: str

    def info(self, message: str) -> None:
        self.engine.send(engine_pb2.INFO, message, self.urn)

    def warning(self, message: str) -> None:
        self.engine.send(engine_pb2.WARNING, message, self.urn)

    def status(self, line: str) -> None:
        """Show a line that only matters while it is the newest."""
        self.engine.send(engine_pb2.INFO, line, self.urn, ephemeral=True)
