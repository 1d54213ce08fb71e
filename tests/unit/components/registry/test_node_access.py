"""The registry's address in a network that minikube counts up from its start."""

from typing import Any

import pytest

from components.machine.runner import LocalError
from components.registry.node_access import high_address


def _network(subnet: str, *taken: str) -> dict[str, Any]:
    members = {address: {"IPv4Address": f"{address}/24"} for address in taken}
    return {"Name": "mini", "IPAM": {"Config": [{"Subnet": subnet}]}, "Containers": members}


@pytest.mark.parametrize(
    ("subnet", "address"),
    [
        ("192.168.49.0/24", "192.168.49.200"),
        ("172.18.0.0/16", "172.18.0.200"),
        ("10.9.0.0/27", "10.9.0.30"),
        ("10.9.0.16/28", "10.9.0.30"),
    ],
)
def test_it_is_far_above_those_of_nodes_and_in_the_range(subnet: str, address: str) -> None:
    assert high_address(_network(subnet)) == address


def test_addresses_of_others_are_passed_over() -> None:
    assert high_address(_network("10.9.0.0/28", "10.9.0.14", "10.9.0.13")) == "10.9.0.12"
    assert high_address(_network("10.9.0.0/24", "10.9.0.200")) == "10.9.0.201"


def test_a_range_that_is_full_is_reported_with_its_network() -> None:
    taken = [f"10.9.0.{number}" for number in range(1, 7)]
    with pytest.raises(LocalError, match=r"network mini has no address left for the registry"):
        high_address(_network("10.9.0.0/29", *taken))
