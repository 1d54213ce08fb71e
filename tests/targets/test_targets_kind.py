"""kind clusters of other sizes, which follow their stack file in place."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.project import Project, docker_lines, end_group
from tests.live.traffic import Traffic, ask, ask_many, eventually

pytestmark = pytest.mark.live


def _resize(project: Project, control_planes: int, workers: int) -> None:
    cluster = project.settings["slipway:target"]["cluster"]
    cluster.update(controlPlanes=control_planes, workers=workers)
    project.save_settings()


def _workers(project: Project) -> list[str]:
    names = project.kubectl("get", "nodes", "--output=name").split()
    return sorted(name for name in names if "-worker" in name)


def _containers(project: Project) -> list[str]:
    form = ("--filter", f"label=io.x-k8s.kind.cluster={project.name}", "--format={{.Names}}")
    return [name for name in docker_lines("ps", *form) if "-worker" in name]


@pytest.fixture(scope="module")
def project(project_of: Callable[[int], Project]) -> Iterator[Project]:
    """One control plane and two workers, deployed; five replicas, so that all workers have some."""
    made = project_of(2)
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
        assert len({answer["node"] for answer in ask_many(project.url, 200)}) >= 3
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
    containers = docker_lines("ps", "--quiet")
    project.command("up")
    assert docker_lines("ps", "--quiet") == containers, "what clears up must spare the nodes"
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


def test_a_change_that_makes_the_cluster_anew_is_refused_unless_it_is_allowed(
    project: Project,
) -> None:
    _resize(project, 3, 2)
    ran = project.pulumi("preview", check=False)
    assert ran.code != 0
    assert "makes the cluster" in ran.output
    assert "slipway:target.cluster.replaceCluster true" in ran.output

    project.pulumi("config", "set", "--path", "slipway:target.cluster.replaceCluster", "true")
    project.settings["slipway:target"]["cluster"]["replaceCluster"] = True
    ran = project.pulumi("preview")
    assert "KindCluster target-cluster-kind" in ran.output


def test_three_control_planes_serve_on_when_one_dies_and_the_next_up_starts_it(
    project: Project,
) -> None:
    project.up()
    project.pulumi("preview", "--expect-no-changes")
    eventually("it answers", lambda: ask(project.url)["namespace"] == project.name)
    assert len(ask_many(project.url, 50)) == 50
    nodes = project.kubectl("get", "nodes")
    assert nodes.count("control-plane") == 2 * 3  # name and role

    docker_lines("kill", f"{project.name}-control-plane2")
    time.sleep(2)
    written = 0
    for number in range(20):
        created = project.kubectl(
            "create", "configmap", f"write-{number}", "--namespace=default", check=False
        )
        written += "created" in created
        time.sleep(0.5)
    assert written >= 18, "a new leader may take a moment"
    assert len(ask_many(project.url, 50)) == 50

    project.up()
    eventually(
        "the control plane is back", lambda: "NotReady" not in project.kubectl("get", "nodes")
    )
