"""Tools that the machine has already: which are accepted, and which are set-up's own."""

import sys
import time
from pathlib import Path

import pytest

from tests.unit.toolchain import samples
from toolchain.lock import Range, Tool
from toolchain.tools import found
from toolchain.tools.found import command_on_path, installed_plugin, placed_plugin, search_path
from toolchain.tools.plugin_version import language_host_on_path, plugin_on_path

DOCKER = Tool("pulumi-resource-docker", "5.1.0", "plugin", Range("5.1.0", "5.1.1"), plugin="docker")
# What a plugin does: print its port, and serve its name and version.
PLUGIN = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
import grpc
from standins.proto import load  # without the SDK, which takes longer than the rest

plugin_pb2, provider_pb2_grpc = load("plugin_pb2"), load("provider_pb2_grpc")

class Provider(provider_pb2_grpc.ResourceProviderServicer):
    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version=sys.argv[1])

server = grpc.server(ThreadPoolExecutor())
provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
time.sleep(60)
"""


@pytest.fixture
def _plugins_find_this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[4]))


def path_of(*folders: Path) -> str:
    return ":".join(map(str, folders))


def test_the_first_command_of_an_accepted_version_is_used(tmp_path: Path) -> None:
    samples.program(tmp_path / "old", "kind", "echo kind v0.20.0 go1.20")
    good = samples.program(tmp_path / "good", "kind", "echo kind v0.31.0 go1.26.8 linux/amd64")
    samples.program(tmp_path / "also", "kind", "echo kind v0.31.1")
    path = path_of(tmp_path / "old", tmp_path / "good", tmp_path / "also")
    result = command_on_path(samples.command(), path)
    assert result == found.Found("kind", "0.31.0", good, "PATH")


@pytest.mark.parametrize("body", ["echo kind v0.32.0", "echo unknown", "exit 1"])
def test_a_command_of_another_or_no_version_is_not_used(tmp_path: Path, body: str) -> None:
    samples.program(tmp_path, "kind", body)
    assert command_on_path(samples.command(), str(tmp_path)) is None


def test_a_command_that_hangs_does_not_hold_set_up_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "_ASK_SECONDS", 0.2)
    samples.program(tmp_path, "kind", "exec sleep 10")
    begun = time.monotonic()
    assert command_on_path(samples.command(), str(tmp_path)) is None
    assert time.monotonic() - begun < 8


def test_what_set_up_put_on_path_is_not_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, other = samples.checkout(tmp_path / "here"), samples.checkout(tmp_path / "other")
    other.private.mkdir()
    other.stamp.write_text("{}")
    cache = tmp_path / "cache"
    cached = cache / "tools" / "kind-0.31.0"
    cached.mkdir(parents=True)
    ours = (here.venv / "bin", here.launchers, other.venv / "bin", cached)
    monkeypatch.setenv("PATH", path_of(*ours, Path("/usr/bin")))
    assert search_path(here, cache) == "/usr/bin"


def test_a_plugin_in_the_plugin_folder_of_the_user_counts(tmp_path: Path) -> None:
    folder = tmp_path / "plugins" / "resource-docker-v5.1.0"
    place = samples.program(folder, "pulumi-resource-docker", "")
    result = installed_plugin(DOCKER, [tmp_path / "none", tmp_path])
    assert result == found.Found(DOCKER.name, "5.1.0", place, str(tmp_path))


def test_a_plugin_of_another_version_in_that_folder_does_not_count(tmp_path: Path) -> None:
    samples.program(tmp_path / "plugins" / "resource-docker-v5.0.0", DOCKER.name, "")
    assert installed_plugin(DOCKER, [tmp_path]) is None


@pytest.mark.usefixtures("_plugins_find_this_checkout")
@pytest.mark.parametrize(("version", "accepted"), [("5.1.0", True), ("4.9.0", False)])
def test_a_plugin_on_path_is_queried_for_its_version_as_by_pulumi(
    tmp_path: Path, version: str, accepted: bool
) -> None:
    script = tmp_path / "plugin.py"
    script.write_text(PLUGIN)
    place = samples.program(tmp_path, DOCKER.name, f"exec {sys.executable} {script} {version}")
    expected = found.Found(DOCKER.name, version, place, "PATH") if accepted else None
    assert plugin_on_path(DOCKER, str(tmp_path)) == expected


def test_a_program_with_the_name_of_a_plugin_that_is_none_does_not_count(tmp_path: Path) -> None:
    samples.program(tmp_path, DOCKER.name, "echo usage")
    assert plugin_on_path(DOCKER, str(tmp_path)) is None


@pytest.mark.usefixtures("_plugins_find_this_checkout")
@pytest.mark.parametrize(("version", "accepted"), [("v3.259.0", True), ("3.200.0", False)])
def test_a_language_host_on_path_counts_only_at_the_version_of_pulumi(
    tmp_path: Path, version: str, accepted: bool
) -> None:
    script = tmp_path / "host.py"
    script.write_text(
        PLUGIN.replace("ResourceProvider", "LanguageRuntime").replace(
            "provider_pb2_grpc", "language_pb2_grpc"
        )
    )
    body = f"exec {sys.executable} {script} {version}"
    place = samples.program(tmp_path, found.LANGUAGE_HOST, body)
    expected = place if accepted else None
    assert language_host_on_path("3.259.0", str(tmp_path)) == expected


def test_only_what_the_user_put_into_the_plugin_folder_belongs_to_the_user(tmp_path: Path) -> None:
    own = samples.program(tmp_path / ".slipway" / "plugins", DOCKER.name, "")
    folder = tmp_path / "home" / "plugins" / "resource-docker-v5.1.0"
    folder.mkdir(parents=True)
    (folder / DOCKER.name).symlink_to(own)
    assert placed_plugin(tmp_path / "home", folder.name, DOCKER.name) is None
    (folder / DOCKER.name).unlink()
    theirs = samples.program(folder, DOCKER.name, "")
    assert placed_plugin(tmp_path / "home", folder.name, DOCKER.name) == theirs
    theirs.unlink()
    theirs.symlink_to(samples.program(tmp_path / "vendor", DOCKER.name, ""))
    assert placed_plugin(tmp_path / "home", folder.name, DOCKER.name) == theirs
