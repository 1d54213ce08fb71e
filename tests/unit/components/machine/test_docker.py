"""Docker: whether it answers, and what it shows."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from components.machine.docker import (
    inspect,
    inspect_all,
    ipv4_config,
    ipv4_configs,
    networks,
    require_engine,
)
from components.machine.runner import CommandError, LocalError, Runner
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.machine import Machine


class _Impatient(Runner):
    """Waits a tenth of the time, and not at all for what could take 5 s."""

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        assert timeout < 5, "a stopped engine is to be reported within 5 s"
        return super().run(*command, stdin=stdin, timeout=timeout / 10)


def test_an_engine_that_answers_is_enough(machine: Machine) -> None:
    require_engine(machine.runner())


def test_a_stopped_engine_is_reported_with_what_starts_it(machine: Machine) -> None:
    machine.engine.runs = False

    with pytest.raises(LocalError) as caught:
        require_engine(machine.runner())

    message = str(caught.value)
    assert message.startswith("the Docker Engine does not answer")
    assert "`make setup`" in message
    assert "Cannot connect to the Docker daemon" in message


def test_an_engine_that_is_silent_is_reported_within_five_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker = tmp_path / "docker"
    docker.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LocalError, match=r"the Docker Engine does not answer(?s:.*)took longer"):
        require_engine(_Impatient())


@pytest.mark.skipif(shutil.which("docker") is None, reason="there is no command `docker`")
def test_a_socket_without_an_engine_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="the Docker Engine does not answer"):
        require_engine(_Impatient({"DOCKER_HOST": f"unix://{tmp_path}/none.sock"}))


def test_a_machine_without_docker_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LocalError, match=r"does not answer.*(?s:.*)no such command"):
        require_engine(Runner())


@pytest.mark.parametrize("kind", ["container", "network", "volume"])
def test_what_does_not_exist_is_none(machine: Machine, kind: str) -> None:
    assert inspect(machine.runner(), kind, "nothing") is None


def test_an_engine_that_does_not_answer_is_an_error_and_not_none(machine: Machine) -> None:
    machine.engine.runs = False

    with pytest.raises(CommandError):
        inspect(machine.runner(), "network", "nothing")


def test_containers_are_found_by_label_running_or_not(machine: Machine) -> None:
    machine.engine.containers.update(
        one=Container(labels={"a": "b"}),
        two=Container(labels={"a": "b"}, running=False),
        other=Container(labels={"a": "c"}),
    )

    names = [container["Name"] for container in inspect_all(machine.runner(), "a=b")]

    assert names == ["/one", "/two"]
    assert list(inspect_all(machine.runner(), "a=nothing")) == []


def test_the_ranges_of_all_networks_can_be_read(machine: Machine) -> None:
    machine.engine.networks["shop"] = {}
    machine.engine.subnets["shop"] = ["fd00::/64", "10.9.0.0/24"]

    ranges = {network["Name"]: ipv4_configs(network) for network in networks(machine.runner())}

    assert [config["Subnet"] for config in ranges["shop"]] == ["10.9.0.0/24"]


def test_the_ipv4_range_is_read_wherever_it_stands() -> None:
    six, four = {"Subnet": "fd00::/64"}, {"Subnet": "10.9.0.0/24", "Gateway": "10.9.0.1"}

    assert ipv4_config({"Name": "shop", "IPAM": {"Config": [six, four]}}) == four


@pytest.mark.parametrize("management", [None, {"Config": None}, {"Config": [{}]}])
def test_a_network_without_a_range_has_none(management: dict[str, Any] | None) -> None:
    network = {"Name": "host", "IPAM": management}

    assert ipv4_configs(network) == []
    with pytest.raises(LocalError, match="the Docker network host has no range"):
        ipv4_config(network)
