"""Nodes: running, ready, and able to pull from the registry."""

import tomllib
from typing import Any

import pytest
import yaml

from components.kind.cluster import KindClusterProvider
from components.kind.nodes import KindNodesProvider
from components.machine.runner import CommandError, LocalError
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.kind_clusters import NODES
from tests.unit.components.doubles.machine import Machine

_HOSTS = "/etc/containerd/certs.d/localhost:5001/hosts.toml"
_PROPS = {
    "cluster": "shop",
    "uid": "uid-1",
    "mark": "m",
    "controlPlanes": [{"labels": {}, "taints": []}] * 3,
    "workers": [{"labels": {}, "taints": []}] * 2,
    "balancerImage": "haproxy:1",
    "hostPort": 8080.0,
    "nodePort": 30080.0,
    "apiPort": 7443.0,
    "registryHost": "localhost:5001",
    "registryContainer": "shop-registry",
    "registryId": "id-1",
    "__provider": NODES["__provider"],
}


@pytest.fixture
def provider(machine: Machine) -> KindNodesProvider:
    """The nodes of a cluster that was just made, beside a registry."""
    cluster = KindClusterProvider()
    provider = KindNodesProvider()
    cluster.runner = provider.runner = machine.runner()
    balancer = {"balanced": True, "balancerImage": "haproxy:1"}
    numbers = {"workers": [{}] * 2, "hostPort": 8080, "nodePort": 30080}
    names = {"name": "shop", "image": "node", "registry": "shop-registry", "mark": "m"}
    cluster.create({**names, **balancer, **numbers})
    machine.engine.containers["shop-registry"] = Container(networks={"bridge"})
    machine.commands.clear()
    return provider


@pytest.fixture
def reconciled(provider: KindNodesProvider) -> dict[str, Any]:
    """The outputs of nodes that are as they should be."""
    outs = provider.create(_PROPS).outs
    assert outs is not None
    return outs


def test_the_registry_joins_the_network_of_the_cluster(
    provider: KindNodesProvider, machine: Machine
) -> None:
    provider.create(_PROPS)

    assert machine.engine.containers["shop-registry"].networks == {"bridge", "shop"}


def test_every_kubernetes_node_learns_where_the_registry_is(
    provider: KindNodesProvider, machine: Machine
) -> None:
    provider.create(_PROPS)

    configured = {name for name, c in machine.engine.containers.items() if _HOSTS in c.files}
    assert configured == {
        "shop-control-plane",
        "shop-control-plane2",
        "shop-control-plane3",
        "shop-worker",
        "shop-worker2",
    }, "the load balancer pulls nothing"
    hosts = tomllib.loads(machine.engine.containers["shop-worker"].files[_HOSTS])
    address = "http://shop-registry:5000"
    assert hosts == {"server": address, "host": {address: {"capabilities": ["pull", "resolve"]}}}


def test_stopped_nodes_are_started_the_load_balancer_too(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    for name in ("shop-worker2", "shop-external-load-balancer"):
        machine.engine.containers[name].running = False
    assert provider.diff("", reconciled, _PROPS).changes is True

    provider.update("", reconciled, _PROPS)

    assert all(container.running for container in machine.engine.containers.values())
    assert provider.diff("", reconciled, _PROPS).changes is False


def test_a_registry_that_left_the_network_joins_it_again(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    machine.engine.containers["shop-registry"].networks.remove("shop")
    assert provider.diff("", reconciled, _PROPS).changes is True

    provider.update("", reconciled, _PROPS)

    assert "shop" in machine.engine.containers["shop-registry"].networks


@pytest.mark.parametrize("what", ["uid", "registryId"])
def test_a_recreated_cluster_or_registry_brings_its_nodes_along(
    provider: KindNodesProvider, reconciled: dict[str, Any], what: str
) -> None:
    diff = provider.diff("", reconciled, {**_PROPS, what: "another"})

    assert diff.changes is True
    assert not diff.replaces


def test_reconciling_twice_is_no_error_and_connects_once(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    assert provider.update("", reconciled, _PROPS).outs == reconciled

    assert len(machine.ran("docker network connect")) == 1


def test_nodes_that_do_not_get_ready_are_an_error_with_the_next_commands(
    provider: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.ready = False

    with pytest.raises(LocalError) as caught:
        provider.create(_PROPS)

    message = str(caught.value)
    assert "not all nodes of shop are ready after 120 s" in message
    assert "kubectl --context kind-shop describe nodes" in message
    assert "timed out waiting for the condition on nodes/a-worker" in message


def test_a_node_that_refuses_the_address_of_the_registry_is_an_error(
    provider: KindNodesProvider, machine: Machine
) -> None:
    machine.broken["docker exec -i shop-worker2 "] = "No space left on device"

    with pytest.raises(CommandError, match=r"(?s)shop-worker2.*No space left"):
        provider.create(_PROPS)


def test_a_missing_cluster_is_reported_in_words(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    for name in [name for name in machine.engine.containers if name != "shop-registry"]:
        del machine.engine.containers[name]

    with pytest.raises(LocalError, match="cluster shop has no control plane any more"):
        provider.update("", reconciled, _PROPS)


def test_a_network_that_is_missing_is_reported_with_the_command_that_clears_the_way(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    machine.engine.containers["shop-registry"].networks.remove("shop")
    del machine.engine.networks["shop"]

    with pytest.raises(
        LocalError, match=r"(?s)network shop is missing.*kind delete cluster --name shop"
    ):
        provider.update("", reconciled, _PROPS)


def test_removing_takes_the_registry_off_the_network(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    provider.delete("", reconciled)

    assert machine.engine.containers["shop-registry"].networks == {"bridge"}


@pytest.mark.parametrize("state", ["left", "gone"])
def test_removing_without_a_registry_on_the_network_is_no_error(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any], state: str
) -> None:
    machine.engine.containers["shop-registry"].networks.remove("shop")
    if state == "gone":
        del machine.engine.containers["shop-registry"]

    provider.delete("", reconciled)

    assert not machine.ran("docker network disconnect")


def test_a_refresh_shows_no_difference(
    provider: KindNodesProvider, reconciled: dict[str, Any]
) -> None:
    assert provider.read("shop-nodes", reconciled).outs == reconciled


def _control_planes(count: int) -> dict[str, Any]:
    return {**_PROPS, "controlPlanes": [{"labels": {}, "taints": []}] * count}


def test_control_planes_join_one_after_the_other_with_the_certificates_of_the_first(
    provider: KindNodesProvider, machine: Machine
) -> None:
    provider.create(_PROPS)

    joins = [line for line in machine.ran("docker exec") if "kubeadm join" in line]
    assert [line.split()[2] for line in joins] == ["shop-control-plane2", "shop-control-plane3"]
    file = machine.engine.containers["shop-control-plane3"].files["/kind/kubeadm.conf"]
    _, init, join = yaml.safe_load_all(file)
    own = {"advertiseAddress": "address-of-shop-control-plane3", "bindPort": 6443}
    assert join["controlPlane"] == {"localAPIEndpoint": own, "certificateKey": "a-certificate-key"}
    assert init["localAPIEndpoint"] == own, "its entrypoint makes certificates from it"


def test_the_load_balancer_leads_to_all_nodes_and_not_to_one_that_goes(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    balancer = machine.engine.containers["shop-external-load-balancer"]
    assert "shop-control-plane3:6443" in balancer.files["read"]
    assert "shop-worker2:30080" in balancer.files["read"]
    machine.engine.budget = "a budget holds it"

    with pytest.raises(LocalError, match="cannot be drained"):
        provider.update("", reconciled, _control_planes(1))

    assert "shop-control-plane3" in machine.engine.containers
    assert "shop-control-plane3" not in balancer.files["read"]


def test_a_control_plane_that_goes_leaves_etcd_before_it_is_removed(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    news = _control_planes(1)

    outs = provider.update("", reconciled, news).outs

    assert machine.engine.etcd == ["shop-control-plane"]
    assert sorted(machine.engine.members) == ["shop-control-plane", "shop-worker", "shop-worker2"]
    assert outs is not None and provider.diff("", outs, news).changes is False


@pytest.mark.parametrize("lost", ["its member of etcd", "its node", "its container"])
def test_a_control_plane_that_a_killed_run_left_incomplete_is_recreated(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any], lost: str
) -> None:
    half = machine.engine.containers["shop-control-plane2"]
    if lost == "its member of etcd":
        machine.engine.etcd[1] = ""  # announced, never started
    elif lost == "its node":
        del machine.engine.members["shop-control-plane2"]
    else:
        del machine.engine.containers["shop-control-plane2"]
        assert provider.diff("", reconciled, _PROPS).changes is True

    provider.update("", reconciled, _PROPS)

    assert machine.engine.containers["shop-control-plane2"] is not half
    assert sorted(machine.engine.etcd) == [
        "shop-control-plane", "shop-control-plane2", "shop-control-plane3",
    ]  # fmt: skip


def test_nodes_of_a_replicated_control_plane_get_their_addresses_back(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    first, second = (
        machine.engine.containers[f"shop-control-plane{number}"] for number in ("", "2")
    )
    first.addresses["shop"] = "address-of-shop-control-plane2"
    second.addresses["shop"] = "address-of-shop-control-plane"
    assert provider.diff("", reconciled, _PROPS).changes is True

    outs = provider.update("", reconciled, _PROPS).outs

    assert outs == reconciled
    assert first.addresses["shop"] == "address-of-shop-control-plane"
    assert set(machine.engine.restarted) == set(reconciled["addresses"])
    assert "shop" in machine.engine.containers["shop-registry"].networks
    assert provider.diff("", reconciled, _PROPS).changes is False


def test_after_a_kill_amid_giving_addresses_back_the_next_run_does(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    for container in machine.engine.containers.values():
        container.networks.discard("shop")

    provider.update("", reconciled, _PROPS)

    assert provider.diff("", reconciled, _PROPS).changes is False


def test_a_load_balancer_that_was_removed_by_hand_comes_back_at_its_ports(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    del machine.engine.containers["shop-external-load-balancer"]
    assert provider.diff("", reconciled, _PROPS).changes is True

    provider.update("", reconciled, _PROPS)

    balancer = machine.engine.containers["shop-external-load-balancer"]
    assert balancer.published == ["127.0.0.1:7443:6443", "127.0.0.1:8080:30080"]


def test_an_etcd_without_a_majority_is_reported_in_words(
    provider: KindNodesProvider,
    machine: Machine,
    reconciled: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("components.kind.etcd._PATIENCE_SECONDS", 0.0)
    for number in ("", "2", "3"):
        machine.broken[f"docker exec shop-control-plane{number} curl"] = "context deadline exceeded"

    with pytest.raises(LocalError, match=r"(?s)etcd of shop .*more than half.*deadline exceeded"):
        provider.update("", reconciled, _control_planes(1))


def test_any_control_plane_is_asked_for_the_members_of_etcd(
    provider: KindNodesProvider, machine: Machine, reconciled: dict[str, Any]
) -> None:
    machine.broken["docker exec shop-control-plane curl"] = "Failed to connect"

    provider.update("", reconciled, _control_planes(1))

    assert machine.engine.etcd == ["shop-control-plane"]
