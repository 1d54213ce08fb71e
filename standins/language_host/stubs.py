"""The modules of gRPC and of Pulumi's protocol that the language host uses."""

import importlib
from typing import TYPE_CHECKING, Any

from standins.proto import load

if TYPE_CHECKING:
    from pulumi.runtime.proto import engine_pb2, language_pb2, plugin_pb2
else:
    engine_pb2 = load("engine_pb2")
    language_pb2 = load("language_pb2")
    plugin_pb2 = load("plugin_pb2")

# None of these has type information.
grpc: Any = importlib.import_module("grpc")
empty_pb2: Any = importlib.import_module("google.protobuf.empty_pb2")
json_format: Any = importlib.import_module("google.protobuf.json_format")
engine_pb2_grpc: Any = load("engine_pb2_grpc")
language_pb2_grpc: Any = load("language_pb2_grpc")

__all__ = [
    "empty_pb2",
    "engine_pb2",
    "engine_pb2_grpc",
    "grpc",
    "json_format",
    "language_pb2",
    "language_pb2_grpc",
    "plugin_pb2",
]
