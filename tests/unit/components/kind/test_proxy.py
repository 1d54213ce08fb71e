"""Waiting until nodes lead to Services."""

import pytest

from components.kind.containers import KindContainers
from components.kind.kube_proxy import wait_for_proxies
from components.kind.nodes import KindNodesProvider
from components.machine.runner import LocalError
from tests.unit.components.doubles.kind_clusters import NODES, PLAIN
from tests.unit.components.doubles.machine import Machine

_METRICS = "http://127.0.0.1:10249/metrics"


def _waited_for(machine: Machine) -> list[str]:
    """Return the nodes whose kube-proxy was waited for."""
    return [line.split()[2] for line in machine.commands if _METRICS in line]


def test_nodes_that_are_added_lead_to_services_before_the_update_ends(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.commands.clear()

    two_workers.update("", NODES, {**NODES, "workers": [PLAIN] * 4})

    assert sorted(_waited_for(machine)) == ["shop-worker3", "shop-worker4"]


def test_nodes_that_are_started_again_lead_to_services_before_the_update_ends(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.containers["shop-worker"].running = False
    machine.commands.clear()

    two_workers.update("", NODES, NODES)

    assert _waited_for(machine) == ["shop-worker"]


def test_a_node_that_a_killed_run_did_not_join_leads_to_services_only_once_it_has(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    two_workers.update("", NODES, {**NODES, "workers": [PLAIN] * 3})
    machine.engine.containers["shop-worker3"].running = False
    del machine.engine.members["shop-worker3"]
    machine.commands.clear()

    two_workers.update("", NODES, {**NODES, "workers": [PLAIN] * 3})

    joins = [n for n, line in enumerate(machine.commands) if "kubeadm join" in line]
    asked = [n for n, line in enumerate(machine.commands) if _METRICS in line]
    assert _waited_for(machine) == ["shop-worker3"]
    assert joins < asked


def test_without_a_kube_proxy_there_is_none_to_wait_for(
    two_workers: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.has_proxy = False
    machine.commands.clear()

    two_workers.update("", NODES, {**NODES, "workers": [PLAIN] * 3})

    assert _waited_for(machine) == []


@pytest.mark.usefixtures("two_workers")
def test_a_node_that_leads_nowhere_is_named_with_the_command_that_shows_its_proxy(
    machine: Machine,
) -> None:
    machine.broken["docker exec shop-worker sh -c 'until curl"] = ""

    with pytest.raises(LocalError, match=r"shop-worker is ready, but leads to no Service.*kubectl"):
        wait_for_proxies(KindContainers(machine.runner(), "shop", "ours"), ["shop-worker"])
