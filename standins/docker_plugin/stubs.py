"""The modules of gRPC and of Pulumi's protocol that this plugin uses."""

import importlib
from typing import TYPE_CHECKING, Any

from standins.proto import load

if TYPE_CHECKING:
    from pulumi.runtime.proto import engine_pb2, plugin_pb2, provider_pb2, status_pb2
else:
    engine_pb2 = load("engine_pb2")
    plugin_pb2 = load("plugin_pb2")
    provider_pb2 = load("provider_pb2")
    status_pb2 = load("status_pb2")

# None of these has type information.
grpc: Any = importlib.import_module("grpc")
struct_pb2: Any = importlib.import_module("google.protobuf.struct_pb2")
empty_pb2: Any = importlib.import_module("google.protobuf.empty_pb2")
engine_pb2_grpc: Any = load("engine_pb2_grpc")
provider_pb2_grpc: Any = load("provider_pb2_grpc")

__all__ = [
    "empty_pb2",
    "engine_pb2",
    "engine_pb2_grpc",
    "grpc",
    "plugin_pb2",
    "provider_pb2",
    "provider_pb2_grpc",
    "status_pb2",
    "struct_pb2",
]
