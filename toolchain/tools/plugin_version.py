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
from pulumi.runtime.proto import provider_pb2_grpc

from toolchain.lock import Tool
from toolchain.tools.found import Found

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


def _ask(place: str) -> str | None:
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
            service: Any = provider_pb2_grpc.ResourceProviderStub(channel)
            return str(service.GetPluginInfo(empty_pb2.Empty(), timeout=_SECONDS).version)
    except grpc.RpcError:
        return None
    finally:
        watchdog.cancel()
        plugin.kill()
        plugin.wait()
