"""The sample program's plan, a machine for each test, and how properties are tried."""

from pathlib import Path
from typing import Any

import hypothesis
import pytest

from components.kind.cluster import KindClusterProvider
from components.kind.nodes import KindNodesProvider
from components.targets import minikube
from components.testing import Deployment
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.kind_clusters import NODES, PROPS
from tests.unit.components.doubles.machine import Machine
from tests.unit.components.plan import committed_config, committed_program, plan

# The same examples at every run, and no deadline: a busy machine is no failure.
hypothesis.settings.register_profile("unit", max_examples=40, derandomize=True, deadline=None)
hypothesis.settings.load_profile("unit")


@pytest.fixture(autouse=True)
def reached_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let programs take minikube's nodes for reached: no test asks this machine's Docker."""
    monkeypatch.setattr(minikube, "unreachable_because", lambda _runner: None)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no proxy of this machine, nor of its Docker, be one of a test's."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))


@pytest.fixture(scope="session")
def sample() -> Deployment:
    """What the program registers for stacks/Pulumi.kind.yaml; tests only read it."""
    return plan(committed_program, committed_config())


@pytest.fixture
def machine() -> Machine:
    """A machine with a container engine and nothing in it."""
    return Machine()


@pytest.fixture
def kind(machine: Machine) -> KindClusterProvider:
    """What makes kind clusters on the machine."""
    provider = KindClusterProvider()
    provider.runner = machine.runner()
    return provider


@pytest.fixture
def made(kind: KindClusterProvider, machine: Machine) -> dict[str, Any]:
    """The outputs of a cluster that stands."""
    outs = kind.create(PROPS).outs
    assert outs is not None
    machine.commands.clear()
    return outs


@pytest.fixture
def two_workers(kind: KindClusterProvider, machine: Machine) -> KindNodesProvider:
    """The nodes of a cluster of one control plane and two workers, settled."""
    provider = KindNodesProvider()
    provider.runner = kind.runner
    kind.create(PROPS)
    machine.engine.containers["shop-registry"] = Container(networks={"bridge"})
    provider.create(NODES)
    machine.engine.kubectl.clear()
    return provider
