"""The plugin as a process and as a service.

Belongs here: start, end, the engine's sign of life, and what is refused by name.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import toolchain
from standins.docker_plugin import docker_host
from standins.docker_plugin.docker_client import DockerClient
from standins.docker_plugin.docker_host import find_engine
from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.image.resource import ImageResource
from standins.docker_plugin.provider import DockerProvider
from standins.docker_plugin.values import UNKNOWN
from tests.unit.standins.docker_plugin.recordings import Refused, SilentLog, answer

REPOSITORY = Path(toolchain.__path__[0]).parent
COMMAND = [sys.executable, "-m", "standins.docker_plugin"]
IMAGE_URN = "urn:pulumi:s::p::docker:index/image:Image::web"


@pytest.fixture
def engine() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def start(engine: socket.socket, folder: Path) -> subprocess.Popen[str]:
    address = f"127.0.0.1:{engine.getsockname()[1]}"
    return subprocess.Popen(
        [*COMMAND, address],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_port_is_the_one_line_printed_and_a_signal_ends_it_quietly(
    engine: socket.socket, tmp_path: Path
) -> None:
    # A project may well hold a file of this name; it must not become the library.
    (tmp_path / "docker.py").write_text("raise SystemExit('the project was imported')")
    process = start(engine, tmp_path)
    assert process.stdout is not None
    port = int(process.stdout.readline())
    socket.create_connection(("127.0.0.1", port), 1).close()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=5)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_without_an_engine_the_plugin_says_who_runs_it() -> None:
    done = subprocess.run(COMMAND, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "ENGINE_ADDRESS" in done.stderr


def test_the_start_does_not_import_the_sdk_or_docker_py() -> None:
    code = (
        "import sys, json, standins.docker_plugin.server;"
        "print(json.dumps([name for name in ('pulumi', 'docker', 'requests')"
        " if name in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [], "the plugin starts twice in every `pulumi up`"


@pytest.fixture
def no_docker_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_TLS_VERIFY", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_an_engine_that_is_not_there_is_one_message_with_the_next_command(
    no_docker_host: Path,
) -> None:
    request = {"args": {"version": "5.1.0", "host": f"unix://{no_docker_host}/nothing.sock"}}
    with pytest.raises(Refused) as refusal:
        answer(DockerProvider(SilentLog()), "Configure", request)
    assert str(refusal.value) == (
        f"cannot reach the Docker Engine at unix://{no_docker_host}/nothing.sock:"
        " no such file or directory. Run `make doctor` to see what is missing"
    )


def test_the_older_form_of_the_setting_counts_too(no_docker_host: Path) -> None:
    request = {"variables": {"docker:config:host": "tcp://127.0.0.1:1"}}
    with pytest.raises(Refused, match=r"tcp://127\.0\.0\.1:1: connection refused"):
        answer(DockerProvider(SilentLog()), "Configure", request)


def test_an_engine_that_does_not_answer_is_not_waited_for(
    engine: socket.socket, no_docker_host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert docker_host.PING_SECONDS == 1.5
    monkeypatch.setattr(docker_host, "PING_SECONDS", 0.2)
    start = time.monotonic()
    with pytest.raises(PluginError, match=r"no answer within 0.2 s"):
        find_engine(f"tcp://127.0.0.1:{engine.getsockname()[1]}")
    assert time.monotonic() - start < 10


def test_an_engine_that_answers_is_found_where_docker_host_says(
    engine: socket.socket, no_docker_host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reply() -> None:
        connection, _ = engine.accept()
        with connection:
            assert connection.recv(100).startswith(b"GET /_ping ")
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nOK")

    thread = threading.Thread(target=reply)
    thread.start()
    address = f"tcp://127.0.0.1:{engine.getsockname()[1]}"
    monkeypatch.setenv("DOCKER_HOST", address)
    assert find_engine(None) == address
    thread.join()


def test_without_docker_host_only_the_default_socket_counts_as_for_the_vendors_plugin(
    no_docker_host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [no_docker_host / ".docker" / name for name in ("run", "desktop")]
    monkeypatch.setattr(docker_host, "_DEFAULT", f"unix://{no_docker_host}/default.sock")
    with contextlib.ExitStack() as stack:
        for folder in others:
            folder.mkdir(parents=True)
            # A path of its own may be too long for a socket.
            monkeypatch.chdir(folder)
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind("docker.sock")
            listener.listen()
        with pytest.raises(PluginError, match=r"default\.sock: no such file"):
            find_engine(None)


@pytest.mark.parametrize("address", ["ssh://user@host", "npipe:////./pipe/x", "nonsense"])
def test_an_address_of_another_kind_is_refused_by_name(address: str) -> None:
    with pytest.raises(PluginError, match="unix:// and tcp:// addresses only"):
        find_engine(address)


def test_a_setting_that_is_not_served_is_refused_by_name() -> None:
    request = {"args": {"sshOpts": "[]"}}
    with pytest.raises(Refused, match="docker:sshOpts is not served"):
        answer(DockerProvider(SilentLog()), "Configure", request)


def test_a_changed_host_is_a_difference_that_replaces_nothing() -> None:
    request = {"oldInputs": {"version": "5.1.0"}, "news": {"version": "5.1.0", "host": "tcp://x"}}
    assert answer(DockerProvider(SilentLog()), "DiffConfig", request) == {
        "changes": "DIFF_SOME",
        "hasDetailedDiff": True,
        "detailedDiff": {"host": {"inputDiff": True}},
        "diffs": ["host"],
    }


@pytest.mark.parametrize("method", ["Check", "Diff", "Create", "Read", "Update", "Delete"])
def test_another_type_is_refused_by_name(method: str) -> None:
    request = {"urn": "urn:pulumi:s::p::docker:index/service:Service::x"}
    with pytest.raises(Refused) as refusal:
        answer(DockerProvider(SilentLog()), method, request)
    assert "docker:index/service:Service is not served by this stand-in" in str(refusal.value)
    assert "Container, Image, Network, RemoteImage, Volume" in str(refusal.value)


def check_without_automatic_names(**news: Any) -> dict[str, Any]:
    request = {
        "urn": "urn:pulumi:s::p::docker:index/volume:Volume::data",
        "news": news,
        "autonaming": {"mode": "DISABLE"},
    }
    return answer(DockerProvider(SilentLog()), "Check", request)


def test_where_automatic_names_are_turned_off_only_a_missing_name_is_refused() -> None:
    assert check_without_automatic_names(name="d")["inputs"]["name"] == "d"
    with pytest.raises(Refused, match="data has no `name`, and automatic names are turned off"):
        check_without_automatic_names()


def test_a_function_is_refused_by_name() -> None:
    request = {"tok": "docker:index/getRegistryImage:getRegistryImage"}
    with pytest.raises(Refused, match=r"data function \(Invoke\): docker:index/getReg"):
        answer(DockerProvider(SilentLog()), "Invoke", request)


def test_a_fault_of_the_plugin_is_one_message_without_a_stack_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*arguments: Any) -> Any:
        raise KeyError("oops")

    monkeypatch.setattr(ImageResource, "check", fail)
    with pytest.raises(Refused, match="failed in Check: KeyError: 'oops'"):
        answer(DockerProvider(SilentLog()), "Check", {"urn": IMAGE_URN})


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Take the place of build and push, and keep what was done."""
    done: list[str] = []
    module = "standins.docker_plugin.image.resource"

    def build(inputs: dict[str, Any], *rest: Any) -> str:
        done.append(f"build {inputs['imageName']}")
        return "sha256:1"

    def push(api: Any, name: str, *rest: Any) -> str:
        done.append(f"push {name}")
        return "localhost:5001/web@sha256:2"

    monkeypatch.setattr(f"{module}.build_image", build)
    monkeypatch.setattr(f"{module}.push_image", push)
    monkeypatch.setattr(DockerClient, "api", None)
    return done


BUILD = {"context": "app", "dockerfile": "app/Dockerfile", "platform": "linux/amd64"}
INPUTS: dict[str, Any] = {"imageName": "localhost:5001/web:dev", "build": BUILD, "skipPush": False}


def ask(method: str, **request: Any) -> dict[str, Any]:
    provider = DockerProvider(SilentLog())
    provider._engine = DockerClient("unix:///nowhere")  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return answer(provider, method, {"urn": IMAGE_URN, **request})


def test_a_create_builds_pushes_and_keeps_its_inputs_as_a_secret(built: list[str]) -> None:
    made = ask("Create", properties=INPUTS)
    assert built == ["build localhost:5001/web:dev", "push localhost:5001/web:dev"]
    assert made == {
        "id": "localhost:5001/web:dev",
        "properties": {
            "__inputs": {
                "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
                "value": INPUTS,
            },
            "baseImageName": "localhost:5001/web:dev",
            "context": "app",
            "dockerfile": "Dockerfile",
            "imageName": "localhost:5001/web:dev",
            "platform": "linux/amd64",
            "registryServer": "",
            "repoDigest": "localhost:5001/web@sha256:2",
        },
    }


def test_a_later_name_does_not_change_the_id(built: list[str]) -> None:
    renamed = {**INPUTS, "imageName": "localhost:5001/web2:t1"}
    answer = ask("Update", id="localhost:5001/web:dev", olds={}, news=renamed)
    assert set(answer) == {"properties"}
    assert answer["properties"]["imageName"] == "localhost:5001/web2:t1"


def test_an_image_that_is_not_pushed_is_known_by_its_id(built: list[str]) -> None:
    made = ask("Create", properties={**INPUTS, "skipPush": True})
    assert made["properties"]["repoDigest"] == "sha256:1"
    assert built == ["build localhost:5001/web:dev"]


def test_a_preview_builds_only_when_asked_and_never_pushes(built: list[str]) -> None:
    assert ask("Create", properties=INPUTS, preview=True) == {"properties": INPUTS}
    assert built == []
    asked = {**INPUTS, "buildOnPreview": True}
    made = ask("Create", properties=asked, preview=True)
    assert made["properties"]["repoDigest"] == "sha256:1"
    assert built == ["build localhost:5001/web:dev"]


def test_a_preview_with_unknown_inputs_is_not_built(built: list[str]) -> None:
    unknown = {
        **INPUTS,
        "buildOnPreview": True,
        "imageName": UNKNOWN,
    }
    assert ask("Create", properties=unknown, preview=True) == {"properties": unknown}
    assert built == []


def test_an_unchanged_image_reaches_neither_engine_nor_registry(built: list[str]) -> None:
    state = ask("Create", properties=INPUTS)["properties"]
    built.clear()
    assert ask("Diff", olds=state, news=INPUTS) == {"changes": "DIFF_NONE"}
    ask("Read", id="x", inputs=INPUTS, properties=state)
    ask("Delete", id="x", properties=state)
    assert built == []


def test_an_image_read_by_its_id_alone_is_that_id() -> None:
    assert ask("Read", id="localhost:5001/web:dev") == {"id": "localhost:5001/web:dev"}
