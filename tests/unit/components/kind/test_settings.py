"""What of a kind cluster can be changed, what is immutable, and what is refused."""

from typing import Any

import pytest
from pulumi.runtime import rpc

from components.kind.cluster import KindClusterProvider
from components.machine import ports
from components.machine.runner import LocalError
from tests.unit.components.doubles.kind_clusters import PROPS
from tests.unit.components.doubles.machine import Machine


def test_a_cluster_as_it_was_is_no_change(kind: KindClusterProvider, made: dict[str, Any]) -> None:
    diff = kind.diff("uid-1", made, PROPS)

    assert diff.changes is False
    assert not diff.replaces


def test_a_change_replaces_the_cluster_before_it_goes(
    kind: KindClusterProvider, made: dict[str, Any]
) -> None:
    diff = kind.diff("uid-1", made, {**PROPS, "balanced": True})

    assert diff.changes is True
    assert diff.replaces == ["balanced"]
    assert not diff.delete_before_replace, "the objects inside would be deleted one by one"


def test_another_number_of_workers_is_no_change_of_the_cluster_as_such(
    kind: KindClusterProvider, made: dict[str, Any]
) -> None:
    assert kind.diff("uid-1", made, {**PROPS, "workers": [{}] * 4}).changes is False


def test_a_change_that_recreates_the_cluster_is_refused_unless_it_is_allowed(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    news = {**PROPS, "balanced": True, "image": "node:2"}

    (failure,) = kind.check(made, news).failures

    assert "image kindest/node:v1 -> node:2; several control planes need" in failure.reason
    assert "This recreates the cluster shop, and everything on it is lost" in failure.reason
    assert "set `replaceCluster: true`" in failure.reason
    assert kind.check(made, {**news, "replace": True}).failures == []
    assert kind.check({}, news).failures == []
    machine.engine.containers.clear()
    assert kind.check(made, news).failures == [], "nothing is lost where nothing exists"


def test_a_load_balancer_stays_when_one_control_plane_is_left(
    kind: KindClusterProvider,
) -> None:
    olds = {**PROPS, "balanced": True}

    checked = kind.check(olds, PROPS)

    assert (checked.inputs["balanced"], checked.failures) == (True, [])


_IMMUTABLE = {
    "podSubnet": "10.1.0.0/16",
    "serviceSubnet": "10.2.0.0/16",
    "kubeProxyMode": "nftables",
    "featureGates": {"InPlace": True},
}


@pytest.mark.parametrize("key", _IMMUTABLE)
def test_ranges_proxy_mode_and_feature_gates_are_immutable(
    kind: KindClusterProvider,
    made: dict[str, Any],
    key: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    news = {**PROPS, key: _IMMUTABLE[key]}

    (failure,) = kind.check(made, news).failures
    assert f"refused: {key} {PROPS[key]} -> {_IMMUTABLE[key]}." in failure.reason
    assert kind.diff("uid-1", made, news).replaces == [key]
    printed = capsys.readouterr().out
    assert printed.startswith(f"the cluster shop: {key} ")
    assert printed.endswith(": will be recreated, and everything on it is lost\n")


def test_a_cluster_of_before_there_were_these_settings_has_the_defaults_of_kind(
    kind: KindClusterProvider, made: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    olds = {key: value for key, value in made.items() if key not in _IMMUTABLE}

    assert kind.check(olds, PROPS).failures == []
    assert kind.diff("uid-1", olds, PROPS).changes is False
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("made")
def test_a_cluster_of_a_killed_run_with_other_ranges_is_not_adopted(
    kind: KindClusterProvider,
) -> None:
    assert kind.create({**PROPS, "podSubnet": "10.1.0.0/16"}).id == "uid-2"


def test_the_plan_says_that_a_cluster_removed_by_hand_will_be_recreated(
    kind: KindClusterProvider,
    machine: Machine,
    made: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine.engine.containers.clear()

    kind.diff("uid-1", made, PROPS)

    assert capsys.readouterr().out == "the cluster shop: missing, will be recreated\n"


def test_workers_have_their_mounts_and_ports_from_kind(
    kind: KindClusterProvider, machine: Machine
) -> None:
    port = {"host": 9000.0, "container": 30090.0, "protocol": "TCP"}
    mount = {"host": "/srv", "container": "/data", "readOnly": True}

    kind.create({**PROPS, "workers": [{"ports": [port]}, {"mounts": [mount]}]})

    shown = machine.engine.containers["shop-worker"].shown("shop-worker")["HostConfig"]
    assert shown["PortBindings"] == {"30090/tcp": [{"HostIp": "127.0.0.1", "HostPort": "9000"}]}
    assert machine.engine.containers["shop-worker2"].binds[:-1] == ["/srv:/data:ro"]


def test_a_node_image_of_another_version_is_refused_before_anything_is_made(
    kind: KindClusterProvider, machine: Machine
) -> None:
    machine.engine.versions["kindest/node:v1"] = "v1.34.0"

    with pytest.raises(LocalError, match=r"kubernetesVersion is 1\.35\.4"):
        kind.create({**PROPS, "version": "1.35.4"})

    assert not machine.engine.containers
    assert not machine.engine.networks


def test_a_cluster_that_stays_is_checked_when_another_version_is_desired(
    kind: KindClusterProvider, machine: Machine, made: dict[str, Any]
) -> None:
    machine.engine.containers["shop-control-plane"].files["/kind/version"] = "v1.35.4\n"

    assert kind.check(made, {**PROPS, "version": "1.35.4"}).failures == []
    (failure,) = kind.check(made, {**PROPS, "version": "1.34.0"}).failures
    assert "the nodes of shop are of Kubernetes v1.35.4" in failure.reason
    machine.engine.containers["shop-control-plane"].running = False
    assert kind.check(made, {**PROPS, "version": "1.34.0"}).failures == []


def test_everything_that_this_machine_cannot_give_is_reported_at_once_before_anything_is_made(
    kind: KindClusterProvider, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port != 9000)
    monkeypatch.setattr(ports, "holder", lambda *_: "process nginx (pid 7)")
    machine.memory = 1 << 30
    machine.engine.networks |= {"office": None, "other": None}
    machine.engine.subnets["office"] = ["10.96.4.0/24"]
    port = {"host": 9000.0, "container": 30090.0, "protocol": "TCP"}
    mount = {"host": "/nowhere/at-all", "container": "/data", "readOnly": True}
    news = {**PROPS, "workers": [{"ports": [port]}, {"mounts": [mount]}]}

    reasons = [failure.reason for failure in kind.check({}, news).failures]

    assert len(reasons) == 4
    for words, reason in zip(
        (
            "1 control plane and 2 workers cannot be made",
            "serviceSubnet 10.96.0.0/16 overlaps 10.96.4.0/24 of the network office",
            "port 9000 of 127.0.0.1, asked for by shop-worker, is taken by process nginx (pid 7)",
            "/nowhere/at-all, which shop-worker2 is to mount, is not on this machine",
        ),
        reasons,
        strict=True,
    ):
        assert words in reason
    assert not machine.ran("kind")
    assert not machine.ran("docker network create")


def test_a_machine_with_room_and_free_ranges_refuses_nothing(
    kind: KindClusterProvider,
) -> None:
    assert kind.check({}, PROPS).failures == []


def test_a_port_that_a_preview_does_not_know_is_a_change(
    kind: KindClusterProvider, made: dict[str, Any]
) -> None:
    unknown = rpc.deserialize_property(rpc.UNKNOWN, True)

    assert kind.diff("uid-1", made, {**PROPS, "hostPort": unknown}).replaces == ["hostPort"]


def test_a_state_of_an_earlier_version_with_the_number_of_control_planes_is_no_change(
    kind: KindClusterProvider, made: dict[str, Any]
) -> None:
    olds = {**made, "controlPlanes": 1.0}

    assert kind.check(olds, PROPS).failures == []
    assert kind.diff("uid-1", olds, PROPS).changes is False
