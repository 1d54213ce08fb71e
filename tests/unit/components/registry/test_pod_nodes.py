"""Nodes that may run pods, by the labels of kind and minikube."""

from components.machine import labels
from components.registry.pod_nodes import pod_nodes
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.machine import Machine


def _add_kind_node(machine: Machine, name: str, role: str) -> None:
    container = Container(labels={labels.CLUSTER: "shop", labels.ROLE: role})
    machine.engine.containers[name] = container


def test_kinds_workers_run_pods_and_its_control_planes_only_without_any(machine: Machine) -> None:
    _add_kind_node(machine, "plane", "control-plane")
    _add_kind_node(machine, "balancer", "external-load-balancer")
    assert pod_nodes(machine.runner(), "shop") == ["plane"]

    _add_kind_node(machine, "worker", "worker")
    assert pod_nodes(machine.runner(), "shop") == ["worker"]


def test_all_of_minikubes_nodes_on_the_network_of_the_profile_run_pods(machine: Machine) -> None:
    machine.engine.networks["mini"] = {}
    machine.answer(["minikube", "start", "--profile=mini", "--nodes=2"], None)
    machine.answer(["minikube", "start", "--profile=other", "--nodes=1"], None)
    machine.engine.containers["registry"] = Container(networks={"mini"})

    assert pod_nodes(machine.runner(), "mini") == ["mini", "mini-m02"]
