"""Reading the version of a plugin on PATH, the way Pulumi does.

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
# A plugin connects to Pulumi only when it has something to report.
_NO_ENGINE = "127.0.0.1:1"


def plugin_on_path(tool: Tool, path: str) -> Found | None:
    """Return the plugin of this name on PATH if it reports an accepted version."""
    accepted = tool.required_range
    place = shutil.which(tool.name, path=path)
    version = _ask(place) if place else None
    if place and version and version in accepted:
        return Found(tool.name, version, Path(place), "PATH")
    return None


def language_host_on_path(version: str, path: str) -> Path | None:
    """Return the Python language host on PATH if it reports the version of this Pulumi."""
    place = shutil.which(LANGUAGE_HOST, path=path)
    reported = _ask(place, language_pb2_grpc.LanguageRuntimeStub) if place else None
    return Path(place) if place and (reported or "").removeprefix("v") == version else None


def _ask(place: str, stub: Any = provider_pb2_grpc.ResourceProviderStub) -> str | None:
    """Return the version that a plugin reports; None if it does not start or answer."""
    try:
        plugin = subprocess.Popen(
            [place, _NO_ENGINE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
    except OSError:
        return None
    # A plugin that prints no port would never end the reading.
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
