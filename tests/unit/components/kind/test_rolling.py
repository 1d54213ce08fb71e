"""Workers whose mounts or ports changed, recreated one after the other; and mirrors of nodes."""

from typing import Any

import pytest

from components.kind.nodes import KindNodesProvider
from components.machine import ports
from components.machine.runner import LocalError
from tests.unit.components.doubles.kind_clusters import NODES, PLAIN
from tests.unit.components.doubles.machine import Machine

_PORT = {"host": 9000.0, "container": 30090.0, "protocol": "TCP"}
_PORTED = {**PLAIN, "labels": {"disk": "fast"}, "taints": ["a=b:NoSchedule"], "ports": [_PORT]}
_CERTS = "/etc/containerd/certs.d"


@pytest.fixture
def provider(two_workers: KindNodesProvider, monkeypatch: pytest.MonkeyPatch) -> KindNodesProvider:
    """The nodes of a cluster on a machine whose ports are free."""
    monkeypatch.setattr(ports, "is_free", lambda _: True)
    return two_workers


def _ports(machine: Machine, name: str) -> dict[str, Any]:
    return machine.engine.containers[name].shown(name)["HostConfig"]["PortBindings"]


def _with(*workers: dict[str, Any]) -> dict[str, Any]:
    return {**NODES, "workers": list(workers)}


def test_a_worker_whose_ports_changed_is_drained_and_recreated_with_its_name(
    provider: KindNodesProvider, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dict(machine.engine.containers)
    news = _with(PLAIN, _PORTED)
    assert provider.diff("", NODES, news).changes is True
    assert (
        "worker shop-worker2: ports changed: rolling, the node is drained and recreated\n"
        in capsys.readouterr().out
    )

    provider.update("", NODES, news)

    assert machine.engine.containers["shop-worker2"] is not before["shop-worker2"]
    assert machine.engine.containers["shop-worker"] is before["shop-worker"]
    assert _ports(machine, "shop-worker2")["30090/tcp"][0]["HostPort"] == "9000"
    assert "shop-worker2" in machine.engine.members
    lines = machine.engine.kubectl
    drained = lines.index("drain shop-worker2")
    assert lines.index("delete shop-worker2") == drained + 1
    assert lines.index("label node shop-worker2 disk=fast", drained) > drained
    assert lines.index("taint nodes shop-worker2 a=b:NoSchedule", drained) > drained
    assert provider.diff("", news, news).changes is False
    assert capsys.readouterr().out == ""


def test_workers_are_recreated_one_after_the_other(
    provider: KindNodesProvider, machine: Machine
) -> None:
    other = {**PLAIN, "mounts": [{"host": "/tmp", "container": "/data", "readOnly": False}]}

    provider.update("", NODES, _with(_PORTED, other))

    done = [line for line in machine.engine.kubectl if line.startswith(("drain", "delete"))]
    assert done == [
        "drain shop-worker", "delete shop-worker", "drain shop-worker2", "delete shop-worker2",
    ]  # fmt: skip
    commands = machine.commands
    joined = [n for n, line in enumerate(commands) if "kubeadm join" in line]
    ready = [n for n, line in enumerate(commands) if " wait --for=condition=Ready" in line]
    leads = next(n for n, line in enumerate(commands) if "10249/metrics" in line)
    second = next(n for n, line in enumerate(commands) if "drain shop-worker2" in line)
    assert any(joined[0] < one < leads for one in ready)
    assert leads < second, "the first leads to Services before the next goes"


def test_a_container_that_differs_is_found_though_the_state_says_the_same(
    provider: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.containers["shop-worker"].binds.append("/etc:/etc")
    assert provider.diff("", NODES, NODES).changes is True

    provider.update("", NODES, NODES)

    assert machine.engine.containers["shop-worker"].binds == ["/lib/modules:/lib/modules:ro"]
    assert provider.diff("", NODES, NODES).changes is False


def test_the_pods_of_an_only_worker_find_a_place_meanwhile(
    provider: KindNodesProvider, machine: Machine
) -> None:
    provider.update("", NODES, _with(PLAIN))
    machine.engine.kubectl.clear()

    provider.update("", _with(PLAIN), _with(_PORTED))

    lines = machine.engine.kubectl
    taints = [n for n, line in enumerate(lines) if "control-plane" in line]
    lifted = next(n for n in taints if lines[n].endswith(":NoSchedule-"))
    assert lifted < lines.index("drain shop-worker")
    assert lines[taints[-1]].endswith("=:NoSchedule")


def test_a_worker_that_cannot_be_drained_stays_as_it_is_and_serves(
    provider: KindNodesProvider, machine: Machine
) -> None:
    machine.engine.budget = "cannot evict pod as it would violate the pod's disruption budget"
    before = machine.engine.containers["shop-worker"]

    with pytest.raises(LocalError, match=r"(?s)shop-worker cannot be drained .*budget"):
        provider.update("", NODES, _with(_PORTED, PLAIN))

    assert machine.engine.containers["shop-worker"] is before
    assert "uncordon shop-worker" in machine.engine.kubectl


@pytest.mark.parametrize("state", ["drained", "removed", "started"])
def test_wherever_a_run_was_killed_the_next_one_makes_the_worker(
    provider: KindNodesProvider, machine: Machine, state: str
) -> None:
    news = _with(_PORTED, PLAIN)
    if state == "drained":
        machine.engine.members["shop-worker"]["slipway.dev/leaving"] = "true"
    else:
        del machine.engine.containers["shop-worker"], machine.engine.members["shop-worker"]
    if state == "started":
        provider.update("", NODES, news)
        del machine.engine.members["shop-worker"]
    assert provider.diff("", NODES, news).changes is True

    provider.update("", NODES, news)

    assert _ports(machine, "shop-worker")["30090/tcp"][0]["HostPort"] == "9000"
    assert machine.engine.members["shop-worker"] == {}
    assert "label node shop-worker disk=fast" in machine.engine.kubectl
    assert provider.diff("", news, news).changes is False


def test_a_port_that_leads_to_another_worker_is_taken_from_it_first(
    provider: KindNodesProvider,
) -> None:
    provider.update("", NODES, _with(PLAIN, _PORTED))

    (failure,) = provider.check({}, _with(_PORTED, PLAIN)).failures

    assert "port 9000, asked for by shop-worker, leads to shop-worker2" in failure.reason
    assert provider.check({}, _with(PLAIN, _PORTED)).failures == [], "its own holds it"


def test_nodes_that_do_not_fit_are_refused_and_those_that_are_there_not_counted(
    provider: KindNodesProvider, machine: Machine
) -> None:
    machine.memory = 1 << 20
    assert provider.check({}, NODES).failures == []

    (failure,) = provider.check({}, _with(*[PLAIN] * 3)).failures

    assert failure.reason.startswith("1 worker cannot be made: this machine needs 0.3 GiB")
    machine.engine.containers.clear()
    assert provider.check({}, NODES).failures == [], "a new cluster was checked already"


def test_mirrors_come_and_go_in_place_on_every_node(
    provider: KindNodesProvider, machine: Machine
) -> None:
    def hosts(name: str) -> set[str]:
        files = machine.engine.containers[name].files
        return {path.split("/")[4] for path in files if path.startswith(_CERTS)}

    news = {**NODES, "mirrors": {"docker.io": ["http://mirror:5000"]}}
    assert provider.diff("", NODES, news).changes is True
    provider.update("", NODES, news)
    for name in ("shop-control-plane", "shop-worker", "shop-worker2"):
        assert hosts(name) == {"docker.io", "localhost:5001"}

    provider.update("", NODES, NODES)  # of a run that was killed, the state says nothing
    for name in ("shop-control-plane", "shop-worker", "shop-worker2"):
        assert hosts(name) == {"localhost:5001"}
    assert machine.engine.restarted == []
