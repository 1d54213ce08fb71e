"""The real process asked over gRPC, with a Docker Engine and a docker client that are fakes.

Belongs here: what only the wire shows, and how running work ends with the plugin.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import toolchain
from standins.docker_plugin.stubs import (
    empty_pb2,
    grpc,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)
from standins.docker_plugin.values import decode, encode

ID = "c" * 64
PORT_TAKEN = "Bind for 127.0.0.1:5001 failed: port is already allocated"
CONTAINER = "urn:pulumi:s::p::docker:index/container:Container::reg"
IMAGE = "urn:pulumi:s::p::docker:index/image:Image::web"
CLIENT = """\
#!/bin/sh
[ "$1" = --version ] && exec echo "Docker version 20.10.24, build 1"
echo $$ >"$CHILD"
exec sleep 60
"""


# The plugin's own start, with a shorter time between two looks at Pulumi.
START = """
from runpy import run_module
from standins.docker_plugin import lifetime
lifetime._CHECK_SECONDS = 0.2
run_module("standins.docker_plugin", run_name="__main__", alter_sys=True)
"""


class Engine(BaseHTTPRequestHandler):
    """A Docker Engine that makes containers whose host port is taken."""

    def do_GET(self) -> None:
        self._reply(200, {"ApiVersion": "1.41", "Id": "sha256:1"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.endswith("/start"):
            self._reply(500, {"message": PORT_TAKEN})
        else:
            self._reply(201, {"Id": ID})

    def _reply(self, status: int, body: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the test's output is for its result."""


@dataclass(frozen=True)
class Plugin:
    """The running plugin: its process, its service, and where a build's child leaves its id."""

    process: subprocess.Popen[str]
    service: Any
    pulumi: socket.socket
    child_file: Path

    def child(self) -> int:
        """Return the process id of the running build, once there is one."""
        eventually(lambda: self.child_file.exists() and self.child_file.read_text().strip() != "")
        return int(self.child_file.read_text())


@pytest.fixture
def engine() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Engine)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    yield f"tcp://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def plugin(engine: str, tmp_path: Path) -> Iterator[Plugin]:
    client = tmp_path / "bin" / "docker"
    client.parent.mkdir()
    client.write_text(CLIENT)
    client.chmod(0o755)
    child_file = tmp_path / "child"
    variables = {name: value for name, value in os.environ.items() if "DOCKER" not in name}
    with socket.create_server(("127.0.0.1", 0)) as pulumi:
        process = subprocess.Popen(
            [sys.executable, "-c", START, f"127.0.0.1:{pulumi.getsockname()[1]}"],
            cwd=tmp_path,
            env={
                **variables,
                "PYTHONPATH": str(Path(toolchain.__path__[0]).parent),
                "PATH": f"{client.parent}{os.pathsep}{os.environ['PATH']}",
                "DOCKER_HOST": engine,
                "CHILD": str(child_file),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
            service: Any = provider_pb2_grpc.ResourceProviderStub(channel)
            service.Configure(provider_pb2.ConfigureRequest())
            yield Plugin(process, service, pulumi, child_file)
        process.kill()
        process.wait()


def eventually(holds: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(0.02)


def is_gone(process_id: int) -> bool:
    """Tell whether the plugin's child has ended; the plugin itself has taken note of its end."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    return False


def create(plugin: Plugin, urn: str, properties: dict[str, Any]) -> Any:
    """Return the error that a create ends with."""
    request = provider_pb2.CreateRequest(urn=urn, properties=encode(properties))
    with pytest.raises(grpc.RpcError) as failure:
        plugin.service.Create(request, timeout=20)
    assert failure.value.code() is grpc.StatusCode.UNKNOWN
    return failure.value


def build(plugin: Plugin) -> Any:
    paths = {"context": ".", "dockerfile": "Dockerfile", "platform": "linux/amd64"}
    return create(plugin, IMAGE, {"imageName": "localhost:5001/web", "build": paths})


def test_a_container_that_does_not_start_reaches_pulumi_with_its_id(plugin: Plugin) -> None:
    news = {"image": "x", "name": "reg"}
    checked = plugin.service.Check(provider_pb2.CheckRequest(urn=CONTAINER, news=encode(news)))
    failure = create(plugin, CONTAINER, decode(checked.inputs))
    assert "host port 5001 on 127.0.0.1 is already in use" in failure.details()
    metadata = dict(failure.trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail), "without it Pulumi would forget the container"
    assert (detail.id, list(detail.reasons)) == (ID, [failure.details()])


def test_cancel_ends_a_running_build_and_the_plugin_can_still_be_asked(plugin: Plugin) -> None:
    with ThreadPoolExecutor() as threads:
        running = threads.submit(build, plugin)
        child = plugin.child()
        plugin.service.Cancel(empty_pb2.Empty())
        assert "the update was cancelled" in running.result(5).details()
    assert is_gone(child)
    assert plugin.service.GetPluginInfo(empty_pb2.Empty()).version == "5.1.0"


@pytest.mark.parametrize("reason", ["a signal", "Pulumi's end"])
def test_a_running_build_ends_with_the_plugin(plugin: Plugin, reason: str) -> None:
    with ThreadPoolExecutor() as threads:
        running = threads.submit(build, plugin)
        child = plugin.child()
        if reason == "a signal":
            plugin.process.send_signal(signal.SIGINT)
        else:
            plugin.pulumi.close()
        _, errors = plugin.process.communicate(timeout=8)
        assert (plugin.process.returncode, errors) == (0, "")
        assert is_gone(child)
        assert "the update was cancelled" in running.result(5).details()
