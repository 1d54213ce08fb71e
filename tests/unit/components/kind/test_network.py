"""The container network of a kind cluster: its range, and options like those of kind's own."""

from ipaddress import IPv4Network
from typing import Any

import pytest

from components.kind.cluster import KindClusterProvider
from components.kind.network import shortage
from components.kind.nodes import KindNodesProvider
from components.machine.runner import LocalError
from tests.unit.components.doubles.kind_clusters import NODES, PLAIN, PROPS
from tests.unit.components.doubles.machine import Machine


def test_it_has_the_range_that_docker_chose_and_the_mtu_of_the_default_bridge(
    kind: KindClusterProvider, machine: Machine
) -> None:
    machine.engine.networks["bridge"] = None
    mtu = {"com.docker.network.driver.mtu": "1450"}
    machine.engine.network_settings["bridge"] = {"Options": mtu}

    kind.create(PROPS)

    options = machine.engine.created["shop"]
    assert "--opt=com.docker.network.driver.mtu=1450" in options
    assert options[-2:] == ["--subnet", "172.30.0.0/16"]


def test_a_range_without_room_for_the_nodes_is_refused_before_any_is_made(
    kind: KindClusterProvider, machine: Machine
) -> None:
    machine.engine.subnets["shop-trial"] = ["10.9.0.0/29"]

    with pytest.raises(LocalError, match=r"10\.9\.0\.0/29 has room for 3 nodes, and not for 4"):
        kind.create({**PROPS, "workers": [PLAIN] * 3})

    assert machine.engine.networks == {}
    assert not machine.ran("kind create")


def test_nodes_that_an_existing_network_has_no_room_for_are_refused_in_the_preview(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.subnets["shop"] = ["10.9.0.0/29"]
    news: dict[str, Any] = {**NODES, "workers": [PLAIN] * 3}

    failures = two_workers.check(NODES, news).failures

    assert [failure.property for failure in failures] == ["workers"]
    assert "`default-address-pools` of Docker's daemon.json" in failures[0].reason
    assert not two_workers.check(NODES, NODES).failures


def test_a_range_has_room_for_as_many_as_it_says() -> None:
    small = IPv4Network("10.9.0.0/28")
    assert shortage(small, 11) is None
    assert "has room for 11 nodes, and not for 12" in str(shortage(small, 12))
