"""A registry that answers, or a message why it does not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from components.machine.runner import LocalError
from components.registry import endpoint as registry_endpoint
from components.registry.endpoint import RegistryEndpointProvider, answers
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.machine import Machine

_PROPS = {"address": "localhost:5001", "container": "registry", "__provider": "pickle"}


@pytest.fixture
def provider(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> RegistryEndpointProvider:
    """Beside a registry that answers exactly while its container runs."""
    containers = machine.engine.containers
    containers["registry"] = Container(log="\n".join(f"line {n}" for n in range(9)))
    machine.engine.networks["bridge"] = {}
    monkeypatch.setattr(registry_endpoint, "answers", lambda _: containers["registry"].running)
    provider = RegistryEndpointProvider()
    provider.runner = machine.runner()
    return provider


def test_a_registry_that_answers_is_left_alone(
    provider: RegistryEndpointProvider, machine: Machine
) -> None:
    result = provider.create(_PROPS)

    assert result.id == "localhost:5001"
    assert result.outs == {"address": "localhost:5001", "container": "registry"}
    assert machine.commands == []


def test_a_stopped_registry_is_a_change_and_started(
    provider: RegistryEndpointProvider, machine: Machine
) -> None:
    machine.engine.containers["registry"].running = False
    assert provider.diff("", _PROPS, _PROPS).changes is True

    provider.update("", _PROPS, _PROPS)

    assert machine.engine.containers["registry"].running
    assert provider.diff("", _PROPS, _PROPS).changes is False


def test_a_registry_whose_network_was_removed_leaves_it_and_starts(
    provider: RegistryEndpointProvider, machine: Machine
) -> None:
    registry = machine.engine.containers["registry"]
    registry.running, registry.networks = False, {"bridge", "removed"}

    provider.create(_PROPS)

    assert registry.running
    assert registry.networks == {"bridge"}


def test_another_address_is_a_change(provider: RegistryEndpointProvider) -> None:
    assert provider.diff("", _PROPS, {**_PROPS, "address": "localhost:5002"}).changes is True


def test_a_registry_that_does_not_answer_is_an_error_with_its_last_lines(
    provider: RegistryEndpointProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_endpoint, "answers", lambda _: False)
    monkeypatch.setattr(registry_endpoint, "_PATIENCE_SECONDS", 0.2)

    with pytest.raises(LocalError) as caught:
        provider.create(_PROPS)

    assert str(caught.value) == (
        "the registry does not answer at localhost:5001 after 0.2 s; its last lines:\n"
        "line 4\nline 5\nline 6\nline 7\nline 8"
    )


def test_a_registry_that_was_removed_by_hand_is_an_error_with_the_commands_that_recreate_it(
    provider: RegistryEndpointProvider, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_endpoint, "answers", lambda _: False)
    del machine.engine.containers["registry"]

    with pytest.raises(
        LocalError, match=r"(?s)No such container.*`pulumi refresh`, then `pulumi up`"
    ):
        provider.create(_PROPS)


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    """A server that answers `/v2/` as a registry does, and nothing else."""

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/v2/" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_registry_answers_when_its_api_does(server: HTTPServer) -> None:
    assert answers(f"127.0.0.1:{server.server_port}") is True


def test_a_registry_of_this_machine_answers_whatever_proxy_there_is(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert answers(f"localhost:{server.server_port}") is True


def test_a_port_without_a_registry_does_not_answer() -> None:
    assert answers("127.0.0.1:1") is False
