"""Ranges of pods and services that Docker's networks have too."""

from components.kind.subnet_overlap import subnet_clashes
from tests.unit.components.doubles.machine import Machine

_RANGES = {"podSubnet": "10.244.0.0/16", "serviceSubnet": "10.96.0.0/16"}


def test_a_network_that_overlaps_is_named_with_the_setting_and_both_ways_out(
    machine: Machine,
) -> None:
    machine.engine.networks |= {"office": None, "other": None}
    machine.engine.subnets["office"] = ["fd00::/64", "10.244.7.0/24"]

    ((setting, message),) = subnet_clashes(machine.runner(), "shop", _RANGES)

    assert setting == "podSubnet"
    assert "podSubnet 10.244.0.0/16 overlaps 10.244.7.0/24 of the network office" in message
    assert "choose another range for podSubnet" in message
    assert "docker network rm office" in message


def test_networks_beside_them_and_machines_without_any_are_fine(machine: Machine) -> None:
    assert not list(subnet_clashes(machine.runner(), "shop", _RANGES))

    machine.engine.networks["office"] = None
    machine.engine.subnets["office"] = ["10.245.0.0/16"]
    assert not list(subnet_clashes(machine.runner(), "shop", _RANGES))


def test_no_message_asks_to_remove_the_network_of_the_cluster(machine: Machine) -> None:
    machine.engine.networks["shop"] = None
    machine.engine.subnets["shop"] = ["10.96.0.0/20"]

    ((_, message),) = subnet_clashes(machine.runner(), "shop", _RANGES)

    assert "the cluster's own network" in message
    assert "network rm" not in message
