"""The port of the nodes, which moves from one application of a stack to another."""

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from components.app import node_port
from components.app.hooks import Workload
from components.app.node_port import node_port_hook
from components.machine.runner import CommandError

_WEB = Workload("Service", "web", "shop")


class Cluster:
    """A cluster with the Services of a stack: their name, namespace and port of the nodes."""

    def __init__(self, *services: tuple[str, str, int | None]) -> None:
        self.services = services
        self.commands: list[str] = []
        self.error = ""

    def kubectl(self, _runner: object, kubeconfig: str, *arguments: str) -> str:
        assert kubeconfig == "credentials"
        self.commands.append(" ".join(arguments))
        if self.error:
            raise CommandError("kubectl", "failed", self.error)
        items = [
            {
                "metadata": {"name": name, "namespace": namespace},
                "spec": {"ports": [{"port": 80, **({"nodePort": port} if port else {})}]},
            }
            for name, namespace, port in self.services
        ]
        return json.dumps({"items": items})

    @property
    def patches(self) -> list[str]:
        return [command for command in self.commands if command.startswith("patch")]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[Cluster, Any], None]:
    """Run the hook before the Service of `web` gets these inputs."""

    def hook(cluster: Cluster, inputs: Any) -> None:
        monkeypatch.setattr(node_port, "kubectl", cluster.kubectl)
        monkeypatch.setattr(node_port, "before_apply", lambda _name, work: work)
        event: Any = SimpleNamespace(new_inputs=inputs)

        async def write() -> None:
            kubeconfig: pulumi.Output[str] = pulumi.Output.from_input("credentials")
            work: Any = node_port_hook(_WEB, "shop-dev", kubeconfig)
            await work(event)

        asyncio.run(write())

    return hook


def _inputs(port: float | None) -> dict[str, Any]:
    return {"spec": {"ports": [{"port": 80.0, **({"nodePort": port} if port else {})}]}}


def test_another_service_of_the_stack_gives_the_port_away_and_stays(
    run: Callable[[Cluster, Any], None], capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = Cluster(("old", "shop", 30080), ("api", "back", 30081), ("web", "shop", None))

    run(cluster, _inputs(30080.0))

    get, patch = cluster.commands
    assert (
        get == "get services --all-namespaces --selector=slipway.dev/stack=shop-dev --output=json"
    )
    assert patch == (
        "patch service old --namespace=shop --field-manager=kubectl "
        '--patch={"spec": {"type": "ClusterIP"}}'
    )
    assert capsys.readouterr().out == "web: takes over port 30080 of the nodes from old\n"


def test_a_service_of_the_same_name_in_another_namespace_is_another(
    run: Callable[[Cluster, Any], None],
) -> None:
    cluster = Cluster(("web", "before", 30080))

    run(cluster, _inputs(30080.0))

    assert len(cluster.patches) == 1


def test_its_own_port_and_those_of_others_stay(run: Callable[[Cluster, Any], None]) -> None:
    cluster = Cluster(("web", "shop", 30080), ("api", "back", 30081), ("data", "back", None))

    run(cluster, _inputs(30080.0))

    assert cluster.patches == []


@pytest.mark.parametrize("inputs", [_inputs(None), {}, None])
def test_a_service_without_a_port_of_the_nodes_asks_nothing(
    run: Callable[[Cluster, Any], None], inputs: Any
) -> None:
    cluster = Cluster()

    run(cluster, inputs)

    assert cluster.commands == []


def test_services_that_may_not_be_listed_are_no_reason_to_stop(
    run: Callable[[Cluster, Any], None], capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = Cluster()
    cluster.error = "Forbidden"

    run(cluster, _inputs(30080.0))

    assert "web: who else has its port of the nodes was not sought" in capsys.readouterr().out
