"""Making, adopting, noticing the loss of, and removing a kind cluster."""

from pathlib import Path
from typing import Any

import pytest

from components.local import labels, ports
from components.local.kind_cluster import KindClusterProvider
from components.local.runner import CommandError, LocalError
from tests.unit.components.local.engine_double import Container
from tests.unit.components.local.machine import Machine, kubeconfig

_COMPLETE = "/kind/slipway-complete"
_PROPS = {
    "name": "shop",
    "image": "kindest/node:v1",
    "balanced": False,
    "balancerImage": "haproxy:1",
    "replace": False,
    "workers": [{}] * 2,
    "controlPlanes": 1.0,
    "podSubnet": "10.244.0.0/16",
    "serviceSubnet": "10.96.0.0/16",
    "kubeProxyMode": "iptables",
    "featureGates": {},
    "hostPort": 8080.0,
    "nodePort": 30080.0,
    "registry": "shop-registry",
    "mark": "ours",
    "__provider": "pickle",
}


@pytest.fixture
def provider(machine: Machine) -> KindClusterProvider:
    provider = KindClusterProvider()
    provider.runner = machine.runner()
    return provider


@pytest.fixture
def made(provider: KindClusterProvider, machine: Machine) -> dict[str, Any]:
    """The outputs of a cluster that stands."""
    outs = provider.create(_PROPS).outs
    assert outs is not None
    machine.commands.clear()
    return outs


def test_a_cluster_is_made_in_a_network_of_its_own(
    provider: KindClusterProvider, machine: Machine
) -> None:
    result = provider.create(_PROPS)

    assert sorted(machine.engine.containers) == [
        "shop-control-plane",
        "shop-worker",
        "shop-worker2",
    ]
    assert machine.engine.networks == {"shop": {labels.MARK: "ours"}}
    created = machine.commands.index(machine.ran("kind create")[0])
    assert machine.environments[created] == {"KIND_EXPERIMENTAL_DOCKER_NETWORK": "shop"}
    assert result.id == "uid-1"
    assert result.outs == {
        **{key: value for key, value in _PROPS.items() if key != "__provider"},
        "kubeconfig": kubeconfig("shop"),
        "context": "kind-shop",
        "uid": "uid-1",
        "api_port": 6443,
    }


def test_the_user_gets_a_context_and_kind_leaves_their_kubeconfig_alone(
    provider: KindClusterProvider, machine: Machine
) -> None:
    provider.create(_PROPS)

    assert machine.contexts == {"kind-shop"}
    (create,) = machine.ran("kind create")
    written = Path(create.rpartition("--kubeconfig ")[2])
    assert written.name == "kubeconfig" and not written.exists(), "it holds credentials"


def test_a_completed_cluster_of_a_killed_run_is_adopted(
    provider: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    again = provider.create(_PROPS)

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
def test_a_cluster_of_ours_that_is_not_as_asked_is_made_anew(
    provider: KindClusterProvider, machine: Machine, change: dict[str, Any]
) -> None:
    result = provider.create({**_PROPS, **change})

    assert result.id == "uid-2"
    assert len(machine.ran("kind delete")) == len(machine.ran("kind create")) == 1


@pytest.mark.parametrize("state", ["unmarked", "stopped", "silent", "without its control plane"])
@pytest.mark.usefixtures("made")
def test_a_half_made_cluster_of_ours_is_cleared_away_and_made_anew(
    provider: KindClusterProvider, machine: Machine, state: str
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

    result = provider.create(_PROPS)

    assert result.id == "uid-2"
    assert len(machine.engine.containers) == 3
    assert machine.engine.networks == {"shop": {labels.MARK: "ours"}}


@pytest.mark.parametrize("mark", [{labels.MARK: "theirs"}, {}, None])
def test_a_stranger_s_network_is_neither_used_nor_touched(
    provider: KindClusterProvider, machine: Machine, mark: dict[str, str] | None
) -> None:
    machine.engine.networks["shop"] = mark

    with pytest.raises(LocalError, match=r"network shop.*docker network rm shop"):
        provider.create(_PROPS)

    assert machine.engine.networks == {"shop": mark}
    assert not machine.ran("kind")


def test_a_stranger_s_cluster_is_neither_used_nor_touched(
    provider: KindClusterProvider, machine: Machine
) -> None:
    machine.engine.containers["shop-control-plane"] = Container(labels={labels.CLUSTER: "shop"})

    with pytest.raises(LocalError, match=r"(?s)kind cluster shop.*kind delete cluster --name shop"):
        provider.create(_PROPS)

    assert "shop-control-plane" in machine.engine.containers
    assert not machine.ran("kind")


def test_a_creation_that_fails_shows_what_kind_said(
    provider: KindClusterProvider, machine: Machine
) -> None:
    machine.broken["kind create"] = "ERROR: failed to pull image"

    with pytest.raises(CommandError, match=r"(?s)kind create cluster.*failed to pull image"):
        provider.create(_PROPS)

    machine.broken.clear()
    assert provider.create(_PROPS).id == "uid-1", "the next run makes it"


def test_a_cluster_as_it_was_is_no_change(
    provider: KindClusterProvider, made: dict[str, Any]
) -> None:
    diff = provider.diff("uid-1", made, _PROPS)

    assert diff.changes is False
    assert not diff.replaces


def test_a_change_replaces_the_cluster_before_it_goes(
    provider: KindClusterProvider, made: dict[str, Any]
) -> None:
    diff = provider.diff("uid-1", made, {**_PROPS, "balanced": True})

    assert diff.changes is True
    assert diff.replaces == ["balanced"]
    assert not diff.delete_before_replace, "the objects inside would be deleted one by one"


def test_another_number_of_workers_is_no_change_of_the_cluster_as_such(
    provider: KindClusterProvider, made: dict[str, Any]
) -> None:
    assert provider.diff("uid-1", made, {**_PROPS, "workers": [{}] * 4}).changes is False


def test_what_makes_the_cluster_anew_is_refused_unless_it_is_allowed(
    provider: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    news = {**_PROPS, "balanced": True, "image": "node:2"}

    (failure,) = provider.check(made, news).failures

    assert "image kindest/node:v1 -> node:2; several control planes need" in failure.reason
    assert "makes the cluster shop anew" in failure.reason
    assert "slipway:target.cluster.replaceCluster true" in failure.reason
    assert provider.check(made, {**news, "replace": True}).failures == []
    assert provider.check({}, news).failures == []
    machine.engine.containers.clear()
    assert provider.check(made, news).failures == [], "nothing is lost that is not there"


def test_a_load_balancer_stays_when_one_control_plane_is_left(
    provider: KindClusterProvider,
) -> None:
    olds = {**_PROPS, "balanced": True}

    checked = provider.check(olds, _PROPS)

    assert (checked.inputs["balanced"], checked.failures) == (True, [])


def test_a_balanced_cluster_gets_its_load_balancer_before_and_for_good_after_kind(
    provider: KindClusterProvider, machine: Machine
) -> None:
    outs = provider.create({**_PROPS, "balanced": True}).outs

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
    provider: KindClusterProvider, machine: Machine
) -> None:
    balanced = {**_PROPS, "balanced": True}
    machine.broken["kind create"] = "killed"
    with pytest.raises(CommandError):
        provider.create(balanced)
    machine.broken.clear()
    assert set(machine.engine.containers) == {"shop-external-load-balancer"}

    outs = provider.create(balanced).outs
    assert outs is not None
    machine.engine.remove(f"{labels.ROLE}=control-plane")
    machine.engine.containers["shop-external-load-balancer"].labels.pop(labels.CLUSTER)
    provider.delete("uid-1", outs)

    assert not machine.engine.containers
    assert not machine.engine.networks


def test_a_network_of_a_killed_run_is_no_obstacle_and_goes_with_the_cluster(
    provider: KindClusterProvider, machine: Machine
) -> None:
    machine.engine.networks["shop-trial"] = {labels.MARK: "ours"}
    outs = provider.create(_PROPS).outs
    assert outs is not None
    assert set(machine.engine.networks) == {"shop"}

    machine.engine.networks["shop-trial"] = {labels.MARK: "ours"}
    provider.delete("uid-1", outs)

    assert not machine.engine.networks


def test_a_cluster_that_was_removed_by_hand_is_noticed(
    provider: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.containers.clear()

    diff = provider.diff("uid-1", made, _PROPS)

    assert (diff.changes, diff.replaces) == (True, ["name"])
    assert provider.read("uid-1", made).id == "", "a refresh drops it from the state"


def test_a_refresh_of_a_cluster_that_stands_shows_no_difference(
    provider: KindClusterProvider, made: dict[str, Any]
) -> None:
    read = provider.read("uid-1", made)

    assert (read.id, read.outs) == ("uid-1", made)


def test_removing_a_cluster_leaves_nothing_of_it(
    provider: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    provider.delete("uid-1", made)

    assert not machine.engine.containers
    assert not machine.engine.networks
    assert not machine.contexts


def test_removing_takes_what_is_still_connected_off_the_network(
    provider: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    registry = machine.engine.containers["shop-registry"] = Container(networks={"shop", "bridge"})

    provider.delete("uid-1", made)

    assert registry.networks == {"bridge"}
    assert not machine.engine.networks


def test_removing_what_is_gone_is_no_error(
    provider: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.containers.clear()
    machine.engine.networks.clear()
    machine.contexts.clear()

    provider.delete("uid-1", made)

    assert not machine.ran("docker network rm")


def test_removing_an_old_cluster_spares_the_one_that_took_its_place(
    provider: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    assert provider.create({**_PROPS, "nodePort": 30081.0}).id == "uid-2"

    provider.delete("uid-1", made)

    assert len(machine.engine.containers) == 3
    assert machine.contexts == {"kind-shop"}


@pytest.mark.parametrize("mark", [{labels.MARK: "theirs"}, None])
def test_removing_spares_what_somebody_else_made_under_the_name(
    provider: KindClusterProvider,
    machine: Machine,
    made: dict[str, Any],
    mark: dict[str, str] | None,
) -> None:
    machine.engine.networks["shop"] = mark

    provider.delete("uid-1", made)

    assert len(machine.engine.containers) == 3
    assert machine.engine.networks == {"shop": mark}


def test_without_an_engine_nothing_is_removed_and_the_engine_is_named(
    provider: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.runs = False

    for act in (lambda: provider.create(_PROPS), lambda: provider.delete("uid-1", made)):
        with pytest.raises(LocalError, match=r"the Docker Engine does not answer.*make setup"):
            act()

    assert machine.contexts == {"kind-shop"}


_LIFE = {
    "podSubnet": "10.1.0.0/16",
    "serviceSubnet": "10.2.0.0/16",
    "kubeProxyMode": "nftables",
    "featureGates": {"InPlace": True},
}


@pytest.mark.parametrize("key", _LIFE)
def test_ranges_proxy_mode_and_feature_gates_are_for_life(
    provider: KindClusterProvider,
    made: dict[str, Any],
    key: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    news = {**_PROPS, key: _LIFE[key]}

    (failure,) = provider.check(made, news).failures
    assert f"refused: {key} {_PROPS[key]} -> {_LIFE[key]}." in failure.reason
    assert provider.diff("uid-1", made, news).replaces == [key]
    told = capsys.readouterr().out
    assert told.startswith(f"the cluster shop: {key} ")
    assert told.endswith(": made anew, with everything on it lost\n")


def test_a_cluster_of_before_there_were_these_settings_has_them_as_kind_makes_them(
    provider: KindClusterProvider, made: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    olds = {key: value for key, value in made.items() if key not in _LIFE}

    assert provider.check(olds, _PROPS).failures == []
    assert provider.diff("uid-1", olds, _PROPS).changes is False
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("made")
def test_a_killed_run_s_cluster_with_other_ranges_is_not_taken(
    provider: KindClusterProvider,
) -> None:
    assert provider.create({**_PROPS, "podSubnet": "10.1.0.0/16"}).id == "uid-2"


def test_the_plan_says_that_a_cluster_removed_by_hand_is_made_anew(
    provider: KindClusterProvider,
    machine: Machine,
    made: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine.engine.containers.clear()

    provider.diff("uid-1", made, _PROPS)

    assert capsys.readouterr().out == "the cluster shop: gone: made anew\n"


def test_workers_have_their_mounts_and_ports_from_kind(
    provider: KindClusterProvider, machine: Machine
) -> None:
    port = {"host": 9000.0, "container": 30090.0, "protocol": "TCP"}
    mount = {"host": "/srv", "container": "/data", "readOnly": True}

    provider.create({**_PROPS, "workers": [{"ports": [port]}, {"mounts": [mount]}]})

    shown = machine.engine.containers["shop-worker"].shown("shop-worker")["HostConfig"]
    assert shown["PortBindings"] == {"30090/tcp": [{"HostIp": "127.0.0.1", "HostPort": "9000"}]}
    assert machine.engine.containers["shop-worker2"].binds == ["/srv:/data:ro"]


def test_a_node_image_of_another_version_is_refused_before_anything_is_made(
    provider: KindClusterProvider, machine: Machine
) -> None:
    machine.engine.versions["kindest/node:v1"] = "v1.34.0"

    with pytest.raises(LocalError, match=r"kubernetesVersion asks for 1\.35\.4"):
        provider.create({**_PROPS, "version": "1.35.4"})

    assert not machine.engine.containers
    assert not machine.engine.networks


def test_a_cluster_that_stays_is_asked_for_its_version_when_another_is_asked_for(
    provider: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.containers["shop-control-plane"].files["/kind/version"] = "v1.35.4\n"

    assert provider.check(made, {**_PROPS, "version": "1.35.4"}).failures == []
    (failure,) = provider.check(made, {**_PROPS, "version": "1.34.0"}).failures
    assert "the nodes of shop are of Kubernetes v1.35.4" in failure.reason
    machine.engine.containers["shop-control-plane"].running = False
    assert provider.check(made, {**_PROPS, "version": "1.34.0"}).failures == []


def test_everything_that_this_machine_cannot_give_is_told_at_once_before_anything_is_made(
    provider: KindClusterProvider, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port != 9000)
    monkeypatch.setattr(ports, "holder", lambda *_: "process nginx (pid 7)")
    machine.memory = 1 << 30
    machine.engine.networks |= {"office": None, "other": None}
    machine.engine.subnets["office"] = ["10.96.4.0/24"]
    port = {"host": 9000.0, "container": 30090.0, "protocol": "TCP"}
    mount = {"host": "/nowhere/at-all", "container": "/data", "readOnly": True}
    news = {**_PROPS, "workers": [{"ports": [port]}, {"mounts": [mount]}]}

    told = [failure.reason for failure in provider.check({}, news).failures]

    assert len(told) == 4
    for words, reason in zip(
        (
            "1 control plane and 2 workers cannot be made",
            "serviceSubnet 10.96.0.0/16 overlaps 10.96.4.0/24 of the network office",
            "port 9000 of 127.0.0.1, asked for by shop-worker, is taken by process nginx (pid 7)",
            "/nowhere/at-all, which shop-worker2 is to mount, is not on this machine",
        ),
        told,
        strict=True,
    ):
        assert words in reason
    assert not machine.ran("kind")
    assert not machine.ran("docker network create")


def test_a_machine_with_room_and_free_ranges_refuses_nothing(
    provider: KindClusterProvider,
) -> None:
    assert provider.check({}, _PROPS).failures == []
