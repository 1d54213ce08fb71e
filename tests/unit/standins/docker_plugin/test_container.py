"""Containers and volumes towards the engine, with docker-py's calls recorded.

Belongs here: what is asked of the engine, and its refusals in words.
"""

from typing import Any

import pytest
from docker import APIClient
from docker.errors import APIError, NotFound

from standins.docker_plugin.bridged.check import InputChecker
from standins.docker_plugin.bridged.container import ContainerOperations, explain_start
from standins.docker_plugin.bridged.container_config import create_arguments, nanoseconds
from standins.docker_plugin.bridged.container_schema import CONTAINER
from standins.docker_plugin.bridged.naming import Naming
from standins.docker_plugin.bridged.volume import VolumeOperations
from standins.docker_plugin.errors import CreatedButFailed, PluginError
from standins.docker_plugin.stopping import Stopping

ID = "f" * 64
FOUND: dict[str, Any] = {
    "Id": ID,
    "Name": "/reg",
    "Config": {},
    "HostConfig": {"RestartPolicy": {}},
    "NetworkSettings": {},
}


class Engine:
    """Keeps the calls, and fails those that a test names."""

    def __init__(self, **failures: Exception) -> None:
        self._failures = failures
        self._host = APIClient(base_url="unix:///nowhere", version="1.41")
        self.calls: list[str] = []
        self.arguments: dict[str, dict[str, Any]] = {}
        self.found: dict[str, Any] = {**FOUND, "State": {"Running": True}}

    def create_host_config(self, **options: Any) -> Any:
        return self._host.create_host_config(**options)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            self.calls.append(name)
            self.arguments[name] = options
            if name in self._failures:
                raise self._failures[name]
            answers: dict[str, Any] = {
                "create_container": {"Id": ID},
                "inspect_container": self.found,
                "pull": [],
            }
            return answers.get(name, {})

        return call


def inputs(**news: Any) -> dict[str, Any]:
    checker = InputChecker(CONTAINER, "reg", {}, Naming())
    checked = checker.check({"image": "x", "name": "reg", **news})
    assert checker.failures == []
    return checked


def refusal(status: int, words: str) -> APIError:
    response = type("Response", (), {"status_code": status, "reason": "", "url": ""})()
    kind = NotFound if status == 404 else APIError
    return kind(words, response=response, explanation=words)  # pyright: ignore[reportArgumentType]


def host_config(**news: Any) -> dict[str, Any]:
    return create_arguments(Engine(), inputs(**news))["host_config"]


def test_ports_volumes_and_limits_reach_docker_in_its_units() -> None:
    config = host_config(
        ports=[{"internal": 5000, "external": 5001, "ip": "127.0.0.1"}],
        volumes=[
            {"containerPath": "/data", "volumeName": "v"},
            {"containerPath": "/etc/x", "hostPath": "/x", "readOnly": True},
        ],
        memory=200,
        restart="on-failure",
        maxRetryCount=3,
        hosts=[{"host": "a", "ip": "10.0.0.1"}],
    )
    assert config["PortBindings"] == {"5000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "5001"}]}
    assert config["Binds"] == ["v:/data:rw", "/x:/etc/x:ro"]
    assert config["Memory"] == 200 * 1024 * 1024
    assert config["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 3}
    assert config["ExtraHosts"] == ["a:10.0.0.1"]


def test_unset_values_are_left_to_docker() -> None:
    config = host_config()
    assert config == {"NetworkMode": "bridge", "RestartPolicy": {"Name": "no"}}


def test_durations_of_a_health_check_become_nanoseconds() -> None:
    assert nanoseconds("1m30s") == 90_000_000_000
    assert nanoseconds("500ms") == 500_000_000
    assert nanoseconds("0s") == 0


def test_a_container_is_joined_filled_and_started_in_this_order() -> None:
    engine = Engine(inspect_container=refusal(500, "enough"))
    with pytest.raises(CreatedButFailed):
        ContainerOperations().create(
            engine,
            inputs(
                networksAdvanced=[{"name": "kind", "aliases": ["kind-registry"]}],
                uploads=[{"file": "/config.yml", "content": "x"}],
            ),
        )
    assert engine.calls == [
        "inspect_image",
        "create_container",
        "disconnect_container_from_network",
        "connect_container_to_network",
        "put_archive",
        "start",
        "inspect_container",
    ]


@pytest.mark.parametrize(
    ("reason", "port"),
    [
        (
            (
                "driver failed programming external connectivity on endpoint reg (dbfd): "
                "Bind for 127.0.0.1:5006 failed: port is already allocated"
            ),
            "5006 on 127.0.0.1",
        ),
        (
            "Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use",
            "8080 on 0.0.0.0",
        ),
    ],
)
def test_a_taken_host_port_is_named_in_words(reason: str, port: str) -> None:
    text = explain_start(reason, "reg")
    assert f'container "reg": host port {port} is already in use' in text
    assert "pulumi up" in text


def test_a_container_that_does_not_start_is_remembered_to_be_replaced() -> None:
    engine = Engine(start=refusal(500, "Bind for 127.0.0.1:5006 failed: port is already allocated"))
    with pytest.raises(CreatedButFailed, match="host port 5006") as failure:
        ContainerOperations().create(engine, inputs())
    assert failure.value.id == ID
    assert failure.value.properties["entrypoints"] is None, "nobody looked at it yet"
    assert failure.value.properties["envs"] == []


def test_a_container_that_is_not_made_leaves_nothing_to_remember() -> None:
    engine = Engine(create_container=refusal(400, "invalid mount"))
    with pytest.raises(PluginError, match=r'create container "reg": invalid mount$') as failure:
        ContainerOperations().create(engine, inputs())
    assert not isinstance(failure.value, CreatedButFailed)


def test_a_name_left_by_an_interrupted_update_comes_with_the_command_that_frees_it() -> None:
    words = 'Conflict. The container name "/reg" is already in use by container "0123"'
    with pytest.raises(PluginError, match=r"already in use.*`docker rm -f reg`"):
        ContainerOperations().create(Engine(create_container=refusal(409, words)), inputs())


def test_an_image_that_docker_lacks_is_pulled_before_the_container_is_made() -> None:
    engine = Engine(inspect_image=refusal(404, "No such image"))
    ContainerOperations().create(engine, inputs(image="localhost:5001/x"))
    assert engine.calls[:3] == ["inspect_image", "pull", "create_container"]
    assert engine.arguments["pull"]["tag"] == "latest", "without it every tag would be pulled"


def test_an_image_that_cannot_be_pulled_is_named_and_nothing_is_made() -> None:
    engine = Engine(
        inspect_image=refusal(404, "No such image"), pull=refusal(404, "manifest unknown")
    )
    with pytest.raises(PluginError, match="image x: unable to pull image x: manifest unknown"):
        ContainerOperations().create(engine, inputs())
    assert "create_container" not in engine.calls


def test_a_wait_for_health_ends_with_the_update_and_the_container_is_remembered() -> None:
    stopping = Stopping()
    stopping.request()
    engine = Engine()
    engine.found["State"]["Health"] = {"Status": "starting"}
    with pytest.raises(CreatedButFailed, match="the update was cancelled") as failure:
        ContainerOperations(stopping.pause).create(engine, inputs(wait=True))
    assert failure.value.id == ID


def test_an_upload_without_content_fails_before_anything_is_made() -> None:
    engine = Engine()
    with pytest.raises(PluginError, match="the upload /x has no content"):
        ContainerOperations().create(engine, inputs(uploads=[{"file": "/x"}]))
    assert engine.calls == []


def test_updating_a_container_that_is_gone_says_how_to_go_on() -> None:
    engine = Engine(update_container=refusal(404, f"No such container: {ID}"))
    with pytest.raises(PluginError, match=f"No such container: {ID}.*--refresh"):
        ContainerOperations().update(engine, ID, {"restart": "no"}, {"restart": "always"})


def test_only_what_docker_can_change_is_updated() -> None:
    engine = Engine()
    operations = ContainerOperations()
    operations.update(engine, ID, {"wait": False, "mustRun": True}, {"wait": True, "mustRun": True})
    assert engine.calls == []
    operations.update(engine, ID, {"mustRun": False}, {"mustRun": True})
    assert engine.calls == ["start"]


def test_deleting_kills_at_once_unless_a_grace_is_given() -> None:
    engine = Engine()
    ContainerOperations().delete(engine, ID, {"removeVolumes": True})
    assert engine.calls == ["remove_container"]
    assert engine.arguments["remove_container"] == {"v": True, "force": True}
    engine = Engine()
    ContainerOperations().delete(engine, ID, {"destroyGraceSeconds": 5})
    assert engine.calls == ["stop", "remove_container"]


def test_what_is_gone_already_is_deleted() -> None:
    gone = refusal(404, "no such thing")
    ContainerOperations().delete(Engine(remove_container=gone), ID, {})
    VolumeOperations().delete(Engine(remove_volume=gone), "v", {})


def test_what_is_gone_is_read_as_gone() -> None:
    gone = refusal(404, "no such thing")
    assert ContainerOperations().read(Engine(inspect_container=gone), ID, {}) is None
    assert VolumeOperations().read(Engine(inspect_volume=gone), "v", {}) is None


def test_a_volume_in_use_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 7))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    engine = Engine(remove_volume=refusal(409, "remove v: volume is in use - [0123]"))
    with pytest.raises(PluginError, match=r"volume is in use.*docker ps -a --filter volume=v"):
        VolumeOperations(lambda seconds: None).delete(engine, "v", {})
    assert len(engine.calls) > 1
