"""What a kind cluster may be: said in the stack file, and changed in place where it can be."""

import ipaddress
import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.project import Project, docker_lines, end_group
from tests.live.traffic import Traffic, ask_many, eventually, page
from tests.ports import free_port

pytestmark = pytest.mark.live

_PODS, _SERVICES = "10.211.0.0/16", "10.212.0.0/20"
_GATE = "CPUManagerPolicyAlphaOptions"
_MIRRORED = "registry.example.test"


@pytest.fixture(scope="module")
def project(project_of: Callable[[int], Project]) -> Iterator[Project]:
    """One control plane and two workers; five replicas, so that both workers have some."""
    made = project_of(2)
    made.settings["slipway:app"]["replicas"] = 5
    _cluster(made).update(
        controlPlanes=[{"zone": "a", "labels": {"disk": "fast"}}],
        podSubnet=_PODS,
        serviceSubnet=_SERVICES,
        kubeProxyMode="nftables",
        featureGates={_GATE: True},
    )
    made.save_settings()
    made.up()
    yield made
    made.remove()


def _cluster(project: Project) -> dict[str, Any]:
    return project.settings["slipway:target"]["cluster"]


def _set(project: Project, **settings: Any) -> None:
    _cluster(project).update(settings)
    project.save_settings()


def _get(project: Project, *what: str) -> Any:
    return json.loads(project.kubectl("get", *what, "--output=json"))


def _no_change(project: Project) -> None:
    project.pulumi("preview", "--expect-no-changes")


def _nodes(project: Project) -> list[str]:
    return [node["metadata"]["name"] for node in _get(project, "nodes")["items"]]


def test_pods_and_services_have_addresses_of_their_ranges(project: Project) -> None:
    own = [pod for pod in project.objects("pods") if not pod["spec"].get("hostNetwork")]
    services = _get(project, "services", "--all-namespaces")["items"]

    assert len(own) == 5
    for pod in own:
        assert ipaddress.ip_address(pod["status"]["podIP"]) in ipaddress.ip_network(_PODS)
    for service in services:
        address = ipaddress.ip_address(service["spec"]["clusterIP"])
        assert address in ipaddress.ip_network(_SERVICES)
    assert len(ask_many(project.url, 50)) == 50, "which kube-proxy leads, in its mode"


def test_the_proxy_mode_and_the_feature_gate_are_as_asked(project: Project) -> None:
    proxy = _get(project, "configmap", "--namespace=kube-system", "kube-proxy")
    assert "mode: nftables" in proxy["data"]["config.conf"]
    modes = {
        docker_lines("exec", node, "curl", "-s", "http://127.0.0.1:10249/proxyMode")[0]
        for node in _nodes(project)
    }
    assert modes == {"nftables"}, "which kube-proxy itself tells, on each node"
    enabled = project.kubectl("get", "--raw", "/metrics")
    assert f'kubernetes_feature_enabled{{name="{_GATE}",stage="ALPHA"}} 1' in enabled


def test_the_control_plane_has_its_labels_and_zone_and_they_change_in_place(
    project: Project,
) -> None:
    node = f"{project.name}-control-plane"
    labels = _get(project, "node", node)["metadata"]["labels"]
    assert (labels["disk"], labels["topology.kubernetes.io/zone"]) == ("fast", "a")

    _set(project, controlPlanes=[{"zone": "b", "taints": ["team=a:NoSchedule"]}])
    ran = project.pulumi("preview")
    assert f"control plane {node}: labels and taints changed: in place" in ran.output
    assert "~ 1 to update" in ran.output
    project.up()

    found = _get(project, "node", node)
    assert found["metadata"]["labels"]["topology.kubernetes.io/zone"] == "b"
    assert "disk" not in found["metadata"]["labels"]
    assert {"key": "team", "value": "a", "effect": "NoSchedule"} in found["spec"]["taints"]
    _no_change(project)


def _runs_from_mirror(project: Project, name: str) -> bool:
    """Whether a pod whose image is on the mirror alone gets it, within some seconds."""
    reference = f"{_MIRRORED}/hello-node:{project.stack}"
    project.kubectl(
        "run", name, f"--image={reference}", "--image-pull-policy=Always", "--namespace=default",
        "--restart=Never", "--command", "--", "true",
    )  # fmt: skip

    def state() -> str:
        return project.kubectl("get", "pod", name, "--namespace=default", "--output=yaml")

    eventually(
        "the image is pulled or is not",
        lambda: "phase: Succeeded" in state() or "ImagePull" in state(),
    )
    succeeded = "phase: Succeeded" in state()
    project.kubectl("delete", "pod", name, "--namespace=default", "--now")
    return succeeded


def test_mirrors_come_and_go_in_place(project: Project) -> None:
    assert not _runs_from_mirror(project, "before")

    _set(project, mirrors={_MIRRORED: f"http://{project.name}-registry:5000"})
    ran = project.pulumi("preview")
    assert f"mirrors of {_MIRRORED}: in place, on every node" in ran.output
    started = docker_lines("inspect", "--format={{.State.StartedAt}}", *_nodes(project))
    project.up()
    assert _runs_from_mirror(project, "with")
    _no_change(project)

    _set(project, mirrors={})
    project.up()
    assert not _runs_from_mirror(project, "after")
    assert docker_lines("inspect", "--format={{.State.StartedAt}}", *_nodes(project)) == started


def test_ports_and_mounts_of_workers_change_by_rolling_replacement_and_no_request_is_lost(
    project: Project, tmp_path: Path
) -> None:
    uid = json.loads(project.pulumi("stack", "output", "--json").output)["clusterUid"]
    (tmp_path / "note").write_text("from this machine")
    port = free_port()
    mount = {"host": str(tmp_path), "container": "/data", "readOnly": True}
    workers = [{"ports": [{"host": port, "container": 30080}]}, {"mounts": [mount], "zone": "c"}]
    _set(project, workers=workers)
    names = [f"{project.name}-worker", f"{project.name}-worker2"]
    before = docker_lines("inspect", "--format={{.Id}}", *names)

    ran = project.pulumi("preview")
    rolling = "rolling, the node is drained and recreated"
    assert f"worker {names[0]}: ports changed: {rolling}" in ran.output
    assert f"worker {names[1]}: mounts changed: {rolling}" in ran.output
    assert "~ 1 to update" in ran.output
    with Traffic(project.url) as traffic:
        project.up()

    assert traffic.failed == []
    assert traffic.answered > 100
    assert traffic.reused > 50
    assert not set(docker_lines("inspect", "--format={{.Id}}", *names)) & set(before)
    assert "hello" in page(f"http://127.0.0.1:{port}").lower(), "the port leads to the worker"
    note = docker_lines("exec", names[1], "cat", "/data/note")
    assert note == ["from this machine"]
    labels = _get(project, "node", names[1])["metadata"]["labels"]
    assert labels["topology.kubernetes.io/zone"] == "c"
    assert json.loads(project.pulumi("stack", "output", "--json").output)["clusterUid"] == uid
    _no_change(project)


def test_after_kill_9_amid_a_rolling_replacement_the_next_up_converges(
    project: Project, tmp_path: Path
) -> None:
    ports = [free_port(), free_port()]
    _set(project, workers=[{"ports": [{"host": each, "container": 30080}]} for each in ports])
    worker = f"{project.name}-worker"
    (before,) = docker_lines("inspect", "--format={{.Id}}", worker)
    process = project.start("pulumi", "up", "--yes", "--skip-preview", log=tmp_path / "log")

    def begun() -> bool:
        form = ("--no-trunc", "--quiet", "--filter", f"name=^{worker}$")
        return docker_lines("ps", *form) not in ([before], [])

    eventually("the first worker is being recreated", begun, seconds=90)
    end_group(process, signal.SIGKILL)

    with Traffic(project.url) as traffic:
        project.command("up")

    assert traffic.failed == []
    for port in ports:
        assert "hello" in page(f"http://127.0.0.1:{port}").lower()
    assert "Scheduling" not in project.kubectl("get", "nodes")
    _no_change(project)


def test_a_change_of_what_is_immutable_is_refused_unless_the_loss_is_allowed(
    project: Project,
) -> None:
    _set(project, podSubnet="10.213.0.0/16")
    ran = project.pulumi("preview", check=False)
    assert ran.code != 0
    assert f"podSubnet {_PODS} -> 10.213.0.0/16" in ran.output
    assert "set `replaceCluster: true`" in ran.output

    _set(project, replaceCluster=True)
    ran = project.pulumi("preview")
    told = f"podSubnet {_PODS} -> 10.213.0.0/16: will be recreated, and everything on it is lost"
    assert told in ran.output
    _set(project, podSubnet=_PODS, replaceCluster=False)


def test_a_feature_gate_that_kubernetes_does_not_have_is_refused_and_the_cluster_stays(
    project: Project,
) -> None:
    _set(project, featureGates={_GATE: True, "NoSuchGate": True}, replaceCluster=True)

    ran = project.up(check=False)

    assert ran.code != 0
    assert "says: unrecognized feature gate: NoSuchGate" in ran.output
    _set(project, featureGates={_GATE: True}, replaceCluster=False)
    _no_change(project)
    assert len(ask_many(project.url, 20)) == 20


def test_what_this_machine_has_no_room_or_no_port_for_is_refused_in_the_preview(
    project: Project,
) -> None:
    taken = {"host": project.registry_port, "container": 30080}
    absent = {"host": "/nowhere/at-all", "container": "/data"}
    kept = _cluster(project)["workers"]
    _set(project, kubernetesVersion="1.34.0", workers=[*kept, {"mounts": [absent]}])
    project.settings["slipway:target"].pop("registry")
    _cluster(project)["workers"][2]["ports"] = [taken]
    project.save_settings()

    ran = project.pulumi("preview", check=False)

    assert ran.code != 0
    assert f"port {taken['host']} is the registry's, and leads to a worker too" in ran.output
    project.settings["slipway:target"]["registry"] = {"port": project.registry_port}
    _cluster(project)["workers"][2]["ports"] = []
    _cluster(project).pop("kubernetesVersion")
    project.save_settings()
    ran = project.pulumi("preview", check=False)
    assert "/nowhere/at-all, which" in ran.output
    assert "is not on this machine" in ran.output
    _set(project, workers=kept)
