"""Networks have the MTU of the default bridge, and IPv6 where it has."""

import ipaddress

import pytest

from components.machine.networks import bridge_options
from tests.unit.components.doubles.machine import Machine

_MASQUERADE = "--opt=com.docker.network.bridge.enable_ip_masquerade=true"
_MTU = {"Options": {"com.docker.network.driver.mtu": "1400"}}


def _options(machine: Machine, **bridge: object) -> list[str]:
    machine.engine.networks["bridge"] = None
    machine.engine.network_settings["bridge"] = bridge
    return bridge_options(machine.runner(), "shop")


def test_the_mtu_is_that_of_the_default_bridge(machine: Machine) -> None:
    assert _options(machine, **_MTU) == [_MASQUERADE, "--opt=com.docker.network.driver.mtu=1400"]


@pytest.mark.parametrize("options", [None, {}])
def test_a_bridge_that_shows_no_mtu_leaves_it_to_docker(machine: Machine, options: object) -> None:
    assert _options(machine, Options=options, EnableIPv6=False) == [_MASQUERADE]


def test_without_a_default_bridge_there_is_nothing_to_copy(machine: Machine) -> None:
    assert bridge_options(machine.runner(), "shop") == [_MASQUERADE]


def test_a_bridge_with_ipv6_has_a_range_of_the_networks_name(machine: Machine) -> None:
    _, flag, subnet = _options(machine, EnableIPv6=True)

    assert flag == "--ipv6"
    network = ipaddress.IPv6Network(subnet.removeprefix("--subnet="))
    assert network.prefixlen == 64
    assert network.subnet_of(ipaddress.IPv6Network("fd00::/8"))
    assert bridge_options(machine.runner(), "shop")[-1] == subnet
    assert bridge_options(machine.runner(), "other")[-1] != subnet
