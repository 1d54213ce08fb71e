"""Pulumi's gRPC stubs without Pulumi's SDK.

Importing `pulumi` runs the whole SDK, which takes longer than everything else this plugin does
at its start, and it starts once for every preview and every update. The generated modules need
nothing from the SDK and import each other relatively, so they are loaded here from the SDK's
folder under a package name of their own.
"""

import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        engine_pb2,
        plugin_pb2,
        provider_pb2,
        status_pb2,
    )

_PACKAGE = "_pulumi_proto"


def _proto_folder() -> str:
    """Return the folder with the SDK's generated modules; raise ImportError without the SDK."""
    spec = find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("the Python package pulumi is not installed; run `make setup`")
    return str(Path(spec.submodule_search_locations[0]) / "runtime" / "proto")


def _load(name: str) -> Any:
    if _PACKAGE not in sys.modules:
        spec = ModuleSpec(_PACKAGE, None, is_package=True)
        spec.submodule_search_locations = [_proto_folder()]
        sys.modules[_PACKAGE] = module_from_spec(spec)
    return importlib.import_module(f"{_PACKAGE}.{name}")


grpc: Any = importlib.import_module("grpc")
struct_pb2: Any = importlib.import_module("google.protobuf.struct_pb2")
empty_pb2: Any = importlib.import_module("google.protobuf.empty_pb2")
if not TYPE_CHECKING:
    engine_pb2 = _load("engine_pb2")
    plugin_pb2 = _load("plugin_pb2")
    provider_pb2 = _load("provider_pb2")
    status_pb2 = _load("status_pb2")
engine_pb2_grpc: Any = _load("engine_pb2_grpc")
provider_pb2_grpc: Any = _load("provider_pb2_grpc")

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
