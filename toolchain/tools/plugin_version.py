"""Asking a plugin on PATH for its version, the way the Pulumi engine does.

Only importable in the project's Python environment: the plugins speak gRPC.
"""

import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2_grpc, provider_pb2_grpc

from toolchain.lock import Tool
from toolchain.tools.found import LANGUAGE_HOST, Found

_SECONDS = 5.0
# A plugin connects to the engine only when it has something to say to it.
_NO_ENGINE = "127.0.0.1:1"


def plugin_on_path(tool: Tool, path: str) -> Found | None:
    """The plugin of this name on PATH, when it says that it has the accepted version."""
    assert tool.accepted is not None
    place = shutil.which(tool.name, path=path)
    version = _ask(place) if place else None
    if place and version and version in tool.accepted:
        return Found(tool.name, version, Path(place), "PATH")
    return None


def language_host_on_path(version: str, path: str) -> Path | None:
    """The Python language host on PATH, when it says that it belongs to this Pulumi."""
    place = shutil.which(LANGUAGE_HOST, path=path)
    told = _ask(place, language_pb2_grpc.LanguageRuntimeStub) if place else None
    return Path(place) if place and told and told.removeprefix("v") == version else None


def _ask(place: str, stub: Any = provider_pb2_grpc.ResourceProviderStub) -> str | None:
    """The version that a plugin reports, or None when it does not start or answer."""
    try:
        plugin = subprocess.Popen(
            [place, _NO_ENGINE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except OSError:
        return None
    # A plugin that prints no port would keep us reading for ever.
    watchdog = threading.Timer(_SECONDS, plugin.kill)
    watchdog.start()
    try:
        assert plugin.stdout is not None
        port = plugin.stdout.readline().strip()
        if not port.isdigit():
            return None
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            service: Any = stub(channel)
            return str(service.GetPluginInfo(empty_pb2.Empty(), timeout=_SECONDS).version)
    except grpc.RpcError:
        return None
    finally:
        watchdog.cancel()
        plugin.kill()
        plugin.wait()
