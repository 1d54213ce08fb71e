"""Making a kind cluster, and adopting one that a killed run has made."""

from pathlib import Path
from typing import Any

import pytest

from components.kind.cluster import KindClusterProvider
from components.machine import labels
from components.machine.runner import CommandError, LocalError
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.kind_clusters import PROPS
from tests.unit.components.doubles.machine import Machine, kubeconfig

_COMPLETE = "/kind/slipway-complete"
_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


def test_a_cluster_is_made_in_a_network_of_its_own(
    kind: KindClusterProvider, machine: Machine
) -> None:
    result = kind.create(PROPS)

    assert sorted(machine.engine.containers) == [
        "shop-control-plane",
        "shop-worker",
        "shop-worker2",
    ]
    assert machine.engine.networks == {"shop": {labels.MARK: "ours"}}
    created = machine.commands.index(machine.ran("kind create")[0])
    assert machine.environments[created] == {
        "KIND_EXPERIMENTAL_DOCKER_NETWORK": "shop", **dict.fromkeys(_VARIABLES, "")
    }  # fmt: skip
    assert result.id == "uid-1"
    assert result.outs == {
        **{key: value for key, value in PROPS.items() if key != "__provider"},
        "kubeconfig": kubeconfig("shop", uid="uid-1"),
        "context": "kind-shop",
        "uid": "uid-1",
        "api_port": 6443,
    }


def test_the_user_gets_a_context_and_kind_leaves_their_kubeconfig_alone(
    kind: KindClusterProvider, machine: Machine
) -> None:
    kind.create(PROPS)

    assert machine.contexts == {"kind-shop"}
    (create,) = machine.ran("kind create")
    written = Path(create.rpartition("--kubeconfig ")[2])
    assert written.name == "kubeconfig" and not written.exists(), "it holds credentials"


def test_a_completed_cluster_of_a_killed_run_is_adopted(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    again = kind.create(PROPS)

    assert again.outs == made
    assert not machine.ran("kind create")
    assert not machine.ran("kind delete")


@pytest.mark.parametrize(
    "change",
    [
        {"balanced": True},
        {"image": "kindest/node:v2"},
        {"hostPort": 8081.0},
        {"nodePort": 30081.0},
    ],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.usefixtures("made")
def test_an_own_cluster_that_differs_is_recreated(
    kind: KindClusterProvider, machine: Machine, change: dict[str, Any]
) -> None:
    result = kind.create({**PROPS, **change})

    assert result.id == "uid-2"
    assert len(machine.ran("kind delete")) == len(machine.ran("kind create")) == 1


@pytest.mark.parametrize("state", ["unmarked", "stopped", "silent", "without its control plane"])
@pytest.mark.usefixtures("made")
def test_an_own_incomplete_cluster_is_removed_and_recreated(
    kind: KindClusterProvider, machine: Machine, state: str
) -> None:
    leader = machine.engine.containers["shop-control-plane"]
    if state == "unmarked":
        del leader.files[_COMPLETE]
    elif state == "stopped":
        leader.running = False
    elif state == "silent":
        machine.uids.clear()
    else:
        del machine.engine.containers["shop-control-plane"]

    result = kind.create(PROPS)

    assert result.id == "uid-2"
    assert len(machine.engine.containers) == 3
    assert machine.engine.networks == {"shop": {labels.MARK: "ours"}}


@pytest.mark.parametrize("mark", [{labels.MARK: "theirs"}, {}, None])
def test_a_network_of_another_owner_is_neither_used_nor_touched(
    kind: KindClusterProvider, machine: Machine, mark: dict[str, str] | None
) -> None:
    machine.engine.networks["shop"] = mark

    with pytest.raises(LocalError, match=r"network shop.*docker network rm shop"):
        kind.create(PROPS)

    assert machine.engine.networks == {"shop": mark}
    assert not machine.ran("kind")


def test_a_cluster_of_another_owner_is_neither_used_nor_touched(
    kind: KindClusterProvider, machine: Machine
) -> None:
    machine.engine.containers["shop-control-plane"] = Container(labels={labels.CLUSTER: "shop"})

    with pytest.raises(LocalError, match=r"(?s)kind cluster shop.*kind delete cluster --name shop"):
        kind.create(PROPS)

    assert "shop-control-plane" in machine.engine.containers
    assert not machine.ran("kind")


def test_a_creation_that_fails_shows_what_kind_said(
    kind: KindClusterProvider, machine: Machine
) -> None:
    machine.broken["kind create"] = "ERROR: failed to pull image"

    with pytest.raises(CommandError, match=r"(?s)kind create cluster.*failed to pull image"):
        kind.create(PROPS)

    machine.broken.clear()
    assert kind.create(PROPS).id == "uid-1", "the next run makes it"


def test_a_balanced_cluster_gets_its_load_balancer_before_and_for_good_after_kind(
    kind: KindClusterProvider, machine: Machine
) -> None:
    outs = kind.create({**PROPS, "balanced": True}).outs

    assert outs is not None and "127.0.0.1:7443" in outs["kubeconfig"]
    balancer = machine.engine.containers["shop-external-load-balancer"]
    assert balancer.labels[labels.CLUSTER] == "shop", "kind removes it with the rest"
    api, application = balancer.published
    assert api.endswith(":6443") and application == "127.0.0.1:8080:30080"
    first = machine.commands.index(machine.ran("docker run")[0])
    assert first < machine.commands.index(machine.ran("kind create")[0])
    assert labels.CLUSTER not in machine.commands[first], "kind would find a node that is there"
    servers = balancer.files["read"]
    assert "server shop-control-plane shop-control-plane:6443 check-ssl" in servers
    assert "server shop-worker2 shop-worker2:30080 backup" in servers


def test_a_load_balancer_of_a_killed_run_is_no_obstacle_and_is_removed_with_the_cluster(
    kind: KindClusterProvider, machine: Machine
) -> None:
    balanced = {**PROPS, "balanced": True}
    machine.broken["kind create"] = "killed"
    with pytest.raises(CommandError):
        kind.create(balanced)
    machine.broken.clear()
    assert set(machine.engine.containers) == {"shop-external-load-balancer"}

    outs = kind.create(balanced).outs
    assert outs is not None
    machine.engine.remove(f"{labels.ROLE}=control-plane")
    machine.engine.containers["shop-external-load-balancer"].labels.pop(labels.CLUSTER)
    kind.delete("uid-1", outs)

    assert not machine.engine.containers
    assert not machine.engine.networks


def test_a_network_of_a_killed_run_is_no_obstacle_and_goes_with_the_cluster(
    kind: KindClusterProvider, machine: Machine
) -> None:
    machine.engine.networks["shop-trial"] = {labels.MARK: "ours"}
    outs = kind.create(PROPS).outs
    assert outs is not None
    assert set(machine.engine.networks) == {"shop"}

    machine.engine.networks["shop-trial"] = {labels.MARK: "ours"}
    kind.delete("uid-1", outs)

    assert not machine.engine.networks


def test_nodes_of_a_user_behind_a_proxy_reach_registry_and_load_balancer_without_it(
    kind: KindClusterProvider, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.corp.example:3128")
    monkeypatch.setenv("NO_PROXY", ".corp.example")

    kind.create({**PROPS, "balanced": True})

    created = machine.commands.index(machine.ran("kind create")[0])
    variables = machine.environments[created]
    assert variables["HTTPS_PROXY"] == "http://proxy.corp.example:3128"
    excepted = {".corp.example", "localhost", "shop-registry", "shop-external-load-balancer"}
    assert excepted <= {*variables["NO_PROXY"].split(",")}
    assert variables["no_proxy"] == variables["NO_PROXY"]


def test_another_proxy_is_no_change_of_a_cluster(
    kind: KindClusterProvider, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://other.corp.example:3128")

    assert kind.diff("", made, made).changes is False
