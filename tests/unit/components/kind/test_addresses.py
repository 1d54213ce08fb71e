"""Addresses of nodes that kind does not make, in networks of every size."""

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.kind.addresses import BALANCER, free_address, most_nodes, taken_addresses
from components.kind.nodes import KindNodesProvider
from components.machine.runner import LocalError
from tests.unit.components.doubles.kind_clusters import NODES, PLAIN
from tests.unit.components.doubles.machine import Machine

_NETWORKS = st.builds(
    lambda bits, number: IPv4Network((int(IPv4Address("10.0.0.0")) + (number << 32 - bits), bits)),
    st.integers(16, 29),
    st.integers(0, 255),
)
_NUMBERS = st.integers(1, 20)


def _is_of_nodes(network: IPv4Network, address: IPv4Address | None) -> bool:
    """Return whether an address is neither Docker's nor of the registry and load balancer."""
    assert address is not None
    return network.network_address + 1 < address < network.broadcast_address - BALANCER


@given(_NETWORKS, st.data())
def test_every_node_that_fits_has_an_address_of_its_own_in_the_range(
    network: IPv4Network, data: st.DataObject
) -> None:
    most = min(25, most_nodes(network))
    kinds = data.draw(st.integers(1, most))
    # Docker gives kind's nodes the first addresses after the gateway's.
    taken = [str(network.network_address + 2 + number) for number in range(kinds)]
    for _ in range(most - kinds):
        place = data.draw(st.sampled_from([10, 40])) + data.draw(_NUMBERS)
        address = free_address(network, place, taken)
        assert _is_of_nodes(network, address)
        assert str(address) not in taken
        taken.append(str(address))


@given(_NETWORKS.filter(lambda network: network.prefixlen <= 24), _NUMBERS)
def test_in_usual_ranges_a_nodes_number_decides_and_nothing_else(
    network: IPv4Network, number: int
) -> None:
    assert free_address(network, 40 + number, []) == network.broadcast_address - 40 - number


@given(_NETWORKS.filter(lambda network: network.prefixlen >= 26))
def test_a_full_range_has_no_address_left(network: IPv4Network) -> None:
    assert free_address(network, 41, {str(address) for address in network}) is None


@pytest.mark.parametrize(("bits", "nodes"), [(24, 251), (27, 27), (28, 11), (29, 3), (30, -1)])
def test_registry_load_balancer_and_gateway_take_room_too(bits: int, nodes: int) -> None:
    assert most_nodes(IPv4Network(f"10.9.0.0/{bits}")) == nodes


def test_a_stopped_container_keeps_the_address_that_it_asked_for() -> None:
    ends = {"shop": {"IPAddress": "", "IPAMConfig": {"IPv4Address": "10.9.0.9"}}}
    plain = {"shop": {"IPAddress": "10.9.0.2", "IPAMConfig": None}}
    containers = [{"NetworkSettings": {"Networks": each}} for each in (ends, plain, {})]

    assert taken_addresses(containers, "shop") == {"10.9.0.9", "10.9.0.2"}


def test_added_workers_of_a_small_network_have_its_addresses(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.subnets["shop"] = ["10.9.0.0/28"]

    two_workers.update("", NODES, {**NODES, "workers": [PLAIN] * 4})

    containers = machine.engine.containers
    added = [containers[f"shop-worker{number}"].addresses["shop"] for number in (3, 4)]
    assert added == ["10.9.0.12", "10.9.0.11"]


def test_a_network_whose_addresses_others_have_is_named_with_the_way_out(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.subnets["shop"] = ["10.9.0.0/30"]

    with pytest.raises(LocalError, match=r"no address left for shop-worker3.*10\.9\.0\.0/30"):
        two_workers.update("", NODES, {**NODES, "workers": [PLAIN] * 3})
