"""kind clusters of other sizes, which follow their stack file in place."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.project import Project, docker_lines, end_group
from tests.live.traffic import Traffic, ask, ask_many, eventually
from tests.ports import free_port

pytestmark = pytest.mark.live


def _resize(project: Project, control_planes: int, workers: int) -> None:
    cluster = project.settings["slipway:target"]["cluster"]
    cluster.update(controlPlanes=control_planes, workers=workers)
    project.save_settings()


def _workers(project: Project) -> list[str]:
    names = project.kubectl("get", "nodes", "--output=name").split()
    return sorted(name for name in names if "-worker" in name)


def _containers(project: Project) -> list[str]:
    return [name for name in _names(project) if "-worker" in name]


@pytest.fixture(scope="module")
def project(project_of: Callable[[int], Project]) -> Iterator[Project]:
    """One control plane that may become several, and two workers, deployed.

    Five replicas, so that all workers have some.
    """
    made = project_of(2)
    made.settings["slipway:target"]["cluster"]["ha"] = "ready"
    made.settings["slipway:app"]["replicas"] = 5
    made.save_settings()
    made.up()
    yield made
    made.remove()


def test_more_workers_are_one_change_of_nodes_and_none_of_any_object(project: Project) -> None:
    _resize(project, 1, 4)

    ran = project.pulumi("preview")

    assert "KindNodes target-cluster-nodes update [diff: ~workers]" in ran.output
    assert "~ 1 to update" in ran.output
    assert "kubernetes:" not in ran.output


def test_workers_come_and_go_in_place_and_no_request_is_lost(project: Project) -> None:
    uid = json.loads(project.pulumi("stack", "output", "--json").output)["clusterUid"]
    with Traffic(project.url) as traffic:
        _resize(project, 1, 4)
        project.up()
        assert len(_workers(project)) == 4
        project.settings["slipway:app"]["replicas"] = 8
        project.save_settings()
        project.up()  # so that the new ones have pods too
        eventually(
            "new ones answer too",
            lambda: len({answer["node"] for answer in ask_many(project.url, 200)}) >= 3,
        )
        _resize(project, 1, 1)
        project.up()
        assert len(_workers(project)) == len(_containers(project)) == 1

    assert traffic.failed == []
    assert traffic.answered > 100
    assert traffic.reused > 50
    assert json.loads(project.pulumi("stack", "output", "--json").output)["clusterUid"] == uid
    project.pulumi("preview", "--expect-no-changes")


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1)], ids=["adding", "removing"])
def test_after_kill_9_amid_a_change_of_workers_the_next_up_converges(
    project: Project, tmp_path: Path, before: int, after: int
) -> None:
    assert len(_workers(project)) == before
    _resize(project, 1, after)
    process = project.start("pulumi", "up", "--yes", "--skip-preview", log=tmp_path / "log")

    def begun() -> bool:
        nodes = project.kubectl("get", "nodes")
        return len(_containers(project)) != before or "SchedulingDisabled" in nodes

    eventually("a worker comes or goes", begun, seconds=60)
    end_group(process, signal.SIGKILL)

    project.command("up")

    eventually("no node is held back", lambda: "Scheduling" not in project.kubectl("get", "nodes"))
    assert len(_workers(project)) == len(_containers(project)) == after
    containers = _ids(project)
    project.command("up")
    assert _ids(project) == containers, "what clears up must spare the nodes"
    project.pulumi("preview", "--expect-no-changes")
    assert len(ask_many(project.url, 20)) == 20


def test_without_workers_the_control_plane_runs_the_application(project: Project) -> None:
    with Traffic(project.url) as traffic:
        _resize(project, 1, 0)
        project.up()

    assert traffic.failed == []
    assert _workers(project) == []
    assert ask(project.url)["node"] == f"{project.name}-control-plane"
    project.pulumi("preview", "--expect-no-changes")


def test_a_change_that_recreates_the_cluster_is_refused_unless_it_is_allowed(
    project: Project,
) -> None:
    target = project.settings["slipway:target"]
    target["port"] = free_port()
    project.save_settings()
    ran = project.pulumi("preview", check=False)
    assert ran.code != 0
    assert "recreates the cluster" in " ".join(ran.output.split())
    assert "set `replaceCluster: true`" in ran.output

    target["cluster"]["replaceCluster"] = True
    project.save_settings()
    ran = project.pulumi("preview")
    assert "KindCluster target-cluster-kind" in ran.output
    del target["cluster"]["replaceCluster"]
    target["port"] = project.port
    project.save_settings()


def test_control_planes_come_and_go_in_place_and_no_request_is_lost(project: Project) -> None:
    uid = json.loads(project.pulumi("stack", "output", "--json").output)["clusterUid"]
    with Traffic(project.url) as traffic:
        _resize(project, 3, 2)
        project.up()
        assert _control_planes(project) == 3
        _resize(project, 1, 2)
        project.up()
        assert _control_planes(project) == 1

    assert traffic.failed == []
    assert traffic.reused > 50
    assert json.loads(project.pulumi("stack", "output", "--json").output)["clusterUid"] == uid
    project.pulumi("preview", "--expect-no-changes")


def test_after_kill_9_amid_adding_a_control_plane_the_next_up_converges(
    project: Project, tmp_path: Path
) -> None:
    _resize(project, 3, 2)
    process = project.start("pulumi", "up", "--yes", "--skip-preview", log=tmp_path / "log")
    eventually("it begins", lambda: f"{project.name}-control-plane2" in _names(project), seconds=90)
    time.sleep(4)  # somewhere between its boot and its place in etcd
    end_group(process, signal.SIGKILL)

    project.command("up")

    assert _control_planes(project) == 3
    project.pulumi("preview", "--expect-no-changes")
    assert len(ask_many(project.url, 20)) == 20


def test_three_control_planes_serve_on_when_the_first_dies_and_the_next_up_starts_it(
    project: Project,
) -> None:
    lost = f"{project.name}-control-plane"
    # The pods came to the first node when there was no other, and leave it by a rollout alone.
    project.settings["slipway:app"]["env"] = {"VERSION": "2"}
    project.save_settings()
    project.up()
    assert lost not in _pod_nodes(project)

    docker_lines("kill", lost)
    eventually("the others answer", lambda: _writes(project, "a"), seconds=30)
    written = 0
    for number in range(20):
        written += _writes(project, f"b{number}")
        time.sleep(0.5)
    assert written == 20
    eventually("it is told", lambda: "NotReady" in project.command("status").output, seconds=90)
    assert len(ask_many(project.url, 50)) == 50, "the URL leads past the dead node"
    assert f"node {lost} " in " ".join(project.command("status", COLUMNS="200").output.split())

    project.up()

    eventually(
        "the control plane is back", lambda: "NotReady" not in project.kubectl("get", "nodes")
    )


def test_a_replicated_control_plane_whose_addresses_were_mixed_up_is_repaired_by_the_next_up(
    project: Project,
) -> None:
    project.kubectl("create", "configmap", "kept", "--namespace=default")
    nodes = [name for name in _names(project) if "balancer" not in name]
    docker_lines("stop", "--time=3", *nodes)
    leader = f"{project.name}-control-plane"
    # Docker gives addresses in the order in which containers start.
    for name in sorted(nodes, key=lambda name: name == leader):
        docker_lines("start", name)

    project.up()

    project.kubectl("get", "configmap", "kept", "--namespace=default")
    project.pulumi("preview", "--expect-no-changes")
    eventually("it answers", lambda: ask(project.url)["namespace"] == project.name)
    assert len(ask_many(project.url, 50)) == 50


def test_a_restart_in_any_order_leaves_nothing_to_repair_after_that(project: Project) -> None:
    names = _names(project)
    docker_lines("stop", "--time=3", *names)
    for name in sorted(names, reverse=True):
        docker_lines("start", name)

    eventually("the API takes writes", lambda: _writes(project, "again"), seconds=180)
    eventually("it answers", lambda: ask(project.url)["namespace"] == project.name, seconds=120)
    project.pulumi("preview", "--expect-no-changes")


def test_an_only_worker_behind_the_balancer_is_recreated_and_no_request_is_lost(
    project: Project,
) -> None:
    port = free_port()
    cluster = project.settings["slipway:target"]["cluster"]
    cluster["workers"] = [{"ports": [{"host": port, "container": 30080}]}]
    project.save_settings()
    worker = f"{project.name}-worker"
    (before,) = docker_lines("inspect", "--format={{.Id}}", worker)

    with Traffic(project.url) as traffic:
        project.up()

    assert traffic.failed == []
    assert traffic.reused > 50
    assert _containers(project) == [worker]
    assert docker_lines("inspect", "--format={{.Id}}", worker) != [before]
    assert ask(f"http://127.0.0.1:{port}")["namespace"] == project.name
    project.pulumi("preview", "--expect-no-changes")


def _pod_nodes(project: Project) -> set[str]:
    """The nodes that the application's pods run on."""
    pods = project.objects("pods", "--selector=app.kubernetes.io/name=hello-node")
    return {pod["spec"]["nodeName"] for pod in pods if "deletionTimestamp" not in pod["metadata"]}


def _ids(project: Project) -> list[str]:
    return docker_lines("ps", "--quiet", "--filter", f"name={project.name}")


def _names(project: Project) -> list[str]:
    form = ("--filter", f"label=io.x-k8s.kind.cluster={project.name}", "--format={{.Names}}")
    return docker_lines("ps", *form)


def _control_planes(project: Project) -> int:
    return project.kubectl("get", "nodes", "--output=name").count("-control-plane")


def _writes(project: Project, name: str) -> bool:
    words = ("create", "configmap", name, "--namespace=default", "--request-timeout=5s")
    told = project.kubectl(*words, check=False)
    return "created" in told or "already exists" in told
