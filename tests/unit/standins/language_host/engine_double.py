"""What a program talks to when no engine is there: it takes everything and remembers it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from standins.language_host.stubs import empty_pb2, engine_pb2, engine_pb2_grpc, grpc, json_format
from standins.proto import load

resource_pb2: Any = load("resource_pb2")
resource_pb2_grpc: Any = load("resource_pb2_grpc")
_Engine: Any = engine_pb2_grpc.EngineServicer
_Monitor: Any = resource_pb2_grpc.ResourceMonitorServicer


class EngineDouble(_Engine, _Monitor):
    """The services Engine and ResourceMonitor at `address`, in this process."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.infos: list[str] = []
        self.outputs: dict[str, Any] = {}
        self._server: Any = grpc.server(ThreadPoolExecutor(8))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self._server)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(self, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def forget(self) -> None:
        """Forget what was said so far."""
        self.errors.clear()
        self.infos.clear()
        self.outputs.clear()

    def stop(self) -> None:
        self._server.stop(0)

    def Log(self, request: Any, context: Any) -> Any:
        said = {engine_pb2.ERROR: self.errors, engine_pb2.INFO: self.infos}
        if request.severity in said:
            said[request.severity].append(request.message)
        return empty_pb2.Empty()

    def SetRootResource(self, request: Any, context: Any) -> Any:
        return engine_pb2.SetRootResourceResponse()

    def SupportsFeature(self, request: Any, context: Any) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id == "secrets")

    def RegisterResource(self, request: Any, context: Any) -> Any:
        urn = f"urn:pulumi:s::p::{request.type}::{request.name}"
        return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:
        self.outputs.update(json_format.MessageToDict(request.outputs))
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()
