"""Nodes of a profile are started, added and removed, and reach the registry."""

from typing import Any

import pytest

from components.machine.runner import LocalError
from components.minikube.nodes import MinikubeNodesProvider
from components.registry.node_access import high_address
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.machine import Machine, kubeconfig

_HOSTS = "/etc/containerd/certs.d/localhost:5001/hosts.toml"
_PROPS: dict[str, Any] = {
    "profile": "mini",
    "uid": "uid-1",
    "kubeconfig": kubeconfig("mini", context="mini"),
    "adopted": False,
    "nodes": 1.0,
    "addons": [],
    "registryHost": "localhost:5001",
    "registryContainer": "registry",
    "registryId": "registry-id",
    "__provider": "pickle",
}


@pytest.fixture
def provider(machine: Machine) -> MinikubeNodesProvider:
    """On a machine with a profile of one node, and a registry beside it."""
    provider = MinikubeNodesProvider()
    provider.runner = machine.runner()
    machine.engine.networks["mini"] = {}
    machine.engine.containers["registry"] = Container()
    machine.answer(["minikube", "start", "--profile=mini", "--nodes=1"], None)
    return provider


def _up(provider: MinikubeNodesProvider, **change: Any) -> None:
    """Do what `up` does: the diff, and the update if something differs."""
    if provider.diff("mini-nodes", _PROPS, {**_PROPS, **change}).changes:
        provider.update("mini-nodes", _PROPS, {**_PROPS, **change})


def _known_to_run(provider: MinikubeNodesProvider) -> bool:
    """Return whether a preview knows that the nodes run."""
    return "running" in provider.check({}, {**_PROPS, "running": None}).inputs


def test_the_registry_is_reached_from_every_node_at_an_address_far_from_theirs(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    _up(provider, nodes=3.0)

    (connect,) = machine.ran("docker network connect")
    assert connect == "docker network connect --ip 172.30.0.200 mini registry"
    for name in ("mini", "mini-m02", "mini-m03"):
        files = machine.engine.containers[name].files
        assert 'server = "http://registry:5000"' in files[_HOSTS]
        assert files["asked for"] == "http://registry:5000/v2/"


def test_a_node_that_does_not_reach_the_registry_is_named(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    machine.broken["docker exec mini curl"] = "curl: (6) Could not resolve host: registry"

    with pytest.raises(LocalError, match="the node mini does not reach the registry registry"):
        _up(provider)


def test_nodes_are_added_and_removed_in_place_and_drained_before(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    _up(provider, nodes=3.0)
    assert sorted(machine.engine.members) == ["mini", "mini-m02", "mini-m03"]

    _up(provider, nodes=1.0)

    assert sorted(machine.engine.members) == ["mini"]
    assert machine.engine.kubectl == ["drain mini-m03", "drain mini-m02"]
    assert not machine.ran("minikube delete")


def test_a_node_whose_pods_a_budget_keeps_stays_schedulable(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    _up(provider, nodes=2.0)
    machine.engine.budget = "Cannot evict pod as it would violate the pod's disruption budget"

    with pytest.raises(LocalError, match=r"mini-m02 cannot be drained .* stays"):
        _up(provider)
    assert "mini-m02" in machine.engine.members
    assert machine.engine.kubectl[-1] == "uncordon mini-m02"


def test_current_nodes_are_no_change(provider: MinikubeNodesProvider, machine: Machine) -> None:
    _up(provider)

    assert not provider.diff("mini-nodes", _PROPS, _PROPS).changes


def test_a_stopped_profile_is_a_change_and_is_started(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    _up(provider)
    machine.minikube.profiles["mini"].runs = False
    machine.engine.containers["mini"].running = False

    assert provider.diff("mini-nodes", _PROPS, _PROPS).changes
    _up(provider)

    assert machine.minikube.profiles["mini"].runs
    assert machine.contexts == {"mini"}, "`minikube stop` has removed it"
    assert "mini" in machine.engine.containers["registry"].networks


def test_the_way_to_nodes_that_were_started_is_minikubes_and_not_the_former_one(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    machine.minikube.profiles["mini"].runs = False
    machine.engine.containers["mini"].running = False
    machine.kubeconfigs["mini"] = kubeconfig("mini", "https://127.0.0.1:49153", "mini")

    _up(provider)

    (written,) = machine.ran("kubectl config set-cluster")
    assert "--server=https://127.0.0.1:49153" in written


def test_another_way_to_the_same_cluster_is_no_change_of_the_nodes(
    provider: MinikubeNodesProvider,
) -> None:
    made = provider.create(_PROPS).outs or {}
    news = {**_PROPS, "kubeconfig": kubeconfig("mini", "https://127.0.0.1:49153", "mini")}

    assert "kubeconfig" not in made
    for olds in (made, {**made, "kubeconfig": _PROPS["kubeconfig"]}):
        assert not provider.diff("mini-nodes", olds, provider.check({}, news).inputs).changes


def test_a_preview_knows_that_the_nodes_run_unless_a_node_is_stopped_or_missing(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    assert _known_to_run(provider)

    machine.engine.containers["mini"].running = False
    assert not _known_to_run(provider)

    del machine.engine.containers["mini"]
    assert not _known_to_run(provider)


def test_nodes_that_were_made_or_started_are_no_change_in_the_next_run(
    provider: MinikubeNodesProvider,
) -> None:
    made = provider.create(_PROPS).outs or {}
    started = provider.update("mini-nodes", made, _PROPS).outs

    assert made == started
    assert not provider.diff("mini-nodes", made, provider.check(made, _PROPS).inputs).changes


@pytest.mark.parametrize("container", ["present", "missing"])
def test_a_node_that_a_killed_run_did_not_join_is_recreated(
    provider: MinikubeNodesProvider, machine: Machine, container: str
) -> None:
    machine.answer(["minikube", "node", "add", "--profile=mini"], None)
    del machine.engine.members["mini-m02"]
    if container == "missing":
        del machine.engine.containers["mini-m02"]

    _up(provider, nodes=2.0)

    assert sorted(machine.engine.members) == ["mini", "mini-m02"]
    assert machine.minikube.profiles["mini"].nodes == ["", "m02"]


def test_the_nodes_of_an_adopted_profile_stay_as_they_are(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    machine.answer(["minikube", "node", "add", "--profile=mini"], None)

    _up(provider, nodes=1.0, adopted=True)

    assert sorted(machine.engine.members) == ["mini", "mini-m02"]
    assert not machine.ran("minikube node")
    assert _HOSTS in machine.engine.containers["mini-m02"].files


def test_addons_are_enabled_and_disabled_in_place(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    machine.minikube.profiles["mini"].addons["other"] = True
    _up(provider, addons=["ingress"])
    assert machine.minikube.profiles["mini"].addons == {"other": True, "ingress": True}

    provider.update("mini-nodes", {**_PROPS, "addons": ["ingress"]}, _PROPS)

    assert machine.minikube.profiles["mini"].addons == {"other": True, "ingress": False}


def test_a_profile_without_its_network_is_reported_with_the_command_that_fixes_it(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    del machine.engine.networks["mini"]

    with pytest.raises(
        LocalError, match=r"(?s)no container network mini any more.*next: `minikube stop"
    ):
        _up(provider)


def test_nodes_that_do_not_get_ready_are_reported_with_the_command_that_shows_why(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    machine.engine.ready = False

    with pytest.raises(LocalError, match=r"not all nodes of mini are ready.*--context mini"):
        _up(provider)


def test_the_registry_leaves_the_network_when_the_nodes_are_deleted(
    provider: MinikubeNodesProvider, machine: Machine
) -> None:
    _up(provider)

    provider.delete("mini-nodes", _PROPS)

    assert machine.engine.containers["registry"].networks == set()


def test_the_registries_of_two_stacks_on_one_profile_have_two_addresses() -> None:
    network = {
        "IPAM": {"Config": [{"Subnet": "192.168.49.0/24"}]},
        "Containers": {"a": {"IPv4Address": "192.168.49.200/24"}, "b": {"IPv4Address": ""}},
    }

    assert high_address(network) == "192.168.49.201"
