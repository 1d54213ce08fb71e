"""What goes wrong while a stack is made, and that the next `up` converges."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.engine_proxy import EngineProxy
from tests.live.project import Project, docker_lines, end_group, engine_contents
from tests.live.traffic import ask, eventually

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def small(project_of: Callable[[int], Project]) -> Iterator[Project]:
    """A project whose cluster is one node."""
    made = project_of(0)
    yield made
    made.remove()


@pytest.fixture
def standing(small: Project) -> Project:
    """The same project, deployed."""
    if "url" not in small.pulumi("stack", "output", "--json").output:
        small.up()
    return small


def test_ctrl_c_while_the_cluster_is_made_leaves_what_the_next_up_completes(
    small: Project, tmp_path: Path
) -> None:
    up = small.start("pulumi", "up", "--yes", "--skip-preview", log=tmp_path / "log")
    eventually("a node is made", lambda: bool(_nodes(small)), seconds=60)
    time.sleep(2)

    code = end_group(up, signal.SIGINT)

    assert code != 0
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert _running(small, "kind") == []
    # No command in between: what was half made is found and made anew.
    small.up()
    eventually("it answers", lambda: ask(small.url)["namespace"] == small.name)


def test_after_kill_9_of_pulumi_the_next_up_command_converges(
    small: Project, tmp_path: Path
) -> None:
    small.pulumi("destroy", "--yes", "--skip-preview")
    up = small.start("pulumi", "up", "--yes", "--skip-preview", log=tmp_path / "log")
    eventually("a node is made", lambda: bool(_nodes(small)), seconds=60)
    time.sleep(2)
    up.kill()
    up.wait()
    assert small.up(check=False).code != 0, "the dead run's lock is still there"

    ran = small.command("up")

    assert "was killed" in ran.output
    assert ran.output.rstrip().endswith(small.url)
    eventually("it answers", lambda: ask(small.url)["namespace"] == small.name)
    assert "pending_operations" not in small.state()["deployment"]
    small.up("--expect-no-changes")


def test_an_engine_that_stops_half_way_is_named_and_the_next_up_goes_on(
    small: Project, tmp_path: Path
) -> None:
    small.pulumi("destroy", "--yes", "--skip-preview")
    engine = EngineProxy(tmp_path / "engine.sock")
    log = tmp_path / "log"
    environment = ("env", f"DOCKER_HOST={engine.address}")
    up = small.start(*environment, "pulumi", "up", "--yes", "--skip-preview", log=log)
    eventually("a node is made", lambda: bool(_nodes(small)), seconds=60)

    engine.stop()

    assert up.wait(60) != 0
    diagnostics = log.read_text().partition("Diagnostics:")[2]
    assert "the Docker Engine does not answer" in diagnostics
    assert "please report" not in diagnostics
    small.up()
    eventually("it answers", lambda: ask(small.url)["namespace"] == small.name)


def test_a_cluster_that_was_removed_by_hand_is_made_again_though_the_first_try_is_killed(
    standing: Project, tmp_path: Path
) -> None:
    standing.run("kind", "delete", "cluster", "--name", standing.name)
    up = standing.start("pulumi", "up", "--yes", "--skip-preview", log=tmp_path / "log")
    eventually("a node is made", lambda: bool(_nodes(standing)), seconds=60)
    time.sleep(2)
    end_group(up, signal.SIGKILL)

    ran = standing.command("up")

    assert "incomplete, will be recreated" in ran.output
    eventually("it answers", lambda: ask(standing.url)["namespace"] == standing.name)
    standing.up("--expect-no-changes")


def test_a_registry_that_lost_its_network_starts_again(standing: Project) -> None:
    docker_lines("stop", "--time=1", f"{standing.name}-registry")
    standing.run("kind", "delete", "cluster", "--name", standing.name)
    docker_lines("network", "rm", standing.name)

    standing.up()

    eventually("it answers", lambda: ask(standing.url)["namespace"] == standing.name)


def test_down_leaves_nothing_in_docker_nor_in_the_kubeconfig(standing: Project) -> None:
    standing.command("down")

    assert standing.remains() == []
    assert standing.name not in (standing.folder / ".kubeconfig").read_text()
    assert standing.command("down").output.startswith("there is no stack")


def test_destroy_alone_removes_cluster_registry_and_network(small: Project) -> None:
    small.pulumi("stack", "select", "--create", small.stack)
    small.up()

    small.pulumi("destroy", "--yes", "--skip-preview")

    assert [found for found in engine_contents(small.name) if not found.startswith("image")] == []


def test_what_another_made_under_the_stacks_names_is_refused_in_preview_and_kept(
    small: Project,
) -> None:
    small.pulumi("stack", "select", "--create", small.stack)
    small.pulumi("destroy", "--yes", "--skip-preview")
    docker_lines("network", "create", small.name)
    docker_lines("volume", "create", f"{small.name}-registry")
    try:
        for ran in (small.pulumi("preview", check=False), small.up(check=False)):
            assert ran.code != 0
            assert f"the container network {small.name}" in ran.output
            assert f"docker volume rm {small.name}-registry" in ran.output
        assert engine_contents(small.name) == [
            f"network {small.name}",
            f"volume {small.name}-registry",
        ]
    finally:
        docker_lines("network", "rm", small.name)
        docker_lines("volume", "rm", f"{small.name}-registry")


def _nodes(project: Project) -> list[str]:
    label = f"label=io.x-k8s.kind.cluster={project.name}"
    return docker_lines("ps", "--quiet", "--filter", label)


def _running(project: Project, program: str) -> list[str]:
    """Command lines of the program that name the project's cluster."""
    found: list[str] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_text().split("\0")
        except OSError:
            continue
        if Path(words[0]).name == program and project.name in words:
            found.append(" ".join(words))
    return found
