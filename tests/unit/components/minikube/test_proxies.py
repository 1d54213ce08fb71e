"""minikube behind a proxy: what it is not asked for, and what the nodes get."""

import json
from pathlib import Path

import pytest
import yaml

from components.machine.runner import Runner
from components.minikube.cli import Minikube
from components.minikube.proxies import direct_way, for_nodes
from tests.unit.components.doubles.machine import Machine, kubeconfig

_PROXY = "http://proxy.corp.example:3128"
_SERVER = "https://192.168.49.2:8443"


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> Machine:
    """A machine with a profile, whose user's NO_PROXY has a domain alone."""
    monkeypatch.setenv("HTTPS_PROXY", _PROXY)
    monkeypatch.setenv("NO_PROXY", ".corp.example")
    machine.engine.networks["mini"] = {}
    machine.engine.subnets["mini"] = ["192.168.49.0/24"]
    return machine


def _server(config: str) -> str:
    return yaml.safe_load(config)["clusters"][0]["cluster"]["server"]


def test_commands_of_minikube_leave_nodes_pods_and_services_alone(behind: Machine) -> None:
    Minikube(behind.runner(), "mini").get()

    listed = behind.commands.index(behind.ran("minikube profile list")[0])
    variables = behind.environments[listed]
    excepted = {".corp.example", "192.168.49.0/24", "10.96.0.0/12", "10.244.0.0/16"}
    assert excepted <= {*variables["NO_PROXY"].split(",")}
    assert "HTTPS_PROXY" not in variables, "the user's is for minikube's downloads"


def test_without_a_proxy_minikubes_commands_get_no_exceptions(machine: Machine) -> None:
    Minikube(machine.runner(), "mini").get()

    assert not any("NO_PROXY" in variables for variables in machine.environments)


def test_nodes_get_the_proxy_and_reach_the_registry_without_it(behind: Machine) -> None:
    with for_nodes(behind.runner(), "mini", "shop-registry") as inside:
        folder = Path((inside.environment or {})["DOCKER_CONFIG"])
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))

    proxies = config["proxies"]["default"]
    assert proxies["httpsProxy"] == _PROXY
    assert {"shop-registry", "192.168.49.0/24"} <= {*proxies["noProxy"].split(",")}


def test_without_a_proxy_nodes_are_made_with_dockers_own_configuration(machine: Machine) -> None:
    with for_nodes(machine.runner(), "mini", "shop-registry") as inside:
        assert not inside.environment


class _Ports(Runner):
    """Knows the port of this machine that leads to a node."""

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        assert command == ("docker", "port", "mini", "8443/tcp")
        return "127.0.0.1:32771\n[::1]:32771\n"


@pytest.mark.usefixtures("behind")
def test_the_way_to_a_node_that_the_proxy_would_be_asked_for_is_a_port_of_this_machine() -> None:
    way = direct_way(_Ports(), "mini", kubeconfig("mini", _SERVER))

    assert _server(way) == "https://127.0.0.1:32771"


@pytest.mark.usefixtures("behind")
def test_an_address_that_the_users_no_proxy_has_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "192.168.49.0/24")

    assert _server(direct_way(Runner(), "mini", kubeconfig("mini", _SERVER))) == _SERVER


def test_without_a_proxy_the_way_is_minikubes_own() -> None:
    assert _server(direct_way(Runner(), "mini", kubeconfig("mini", _SERVER))) == _SERVER
