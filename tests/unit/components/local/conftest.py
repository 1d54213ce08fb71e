"""A machine of its own for each test."""

from typing import Any

import pytest

from components.kind.cluster import KindClusterProvider
from components.kind.nodes import KindNodesProvider
from tests.unit.components.local.engine_double import Container
from tests.unit.components.local.kind_clusters import NODES, PROPS
from tests.unit.components.local.machine import Machine


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
