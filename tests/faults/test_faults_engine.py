"""The Docker Engine restarted and killed under a local cluster; these run last, and alone."""

import signal
from collections.abc import Callable, Iterator

import pytest

from tests.faults.engine import refuse_unless_alone, restart
from tests.live.project import Project
from tests.live.traffic import ask, ask_many, eventually

pytestmark = pytest.mark.live

_SECONDS = 180


@pytest.fixture(scope="module", params=[(1, 2), (3, 1)], ids=["1+2", "3+1"])
def project(
    request: pytest.FixtureRequest, project_of: Callable[[int], Project]
) -> Iterator[Project]:
    """A cluster of so many control planes and workers, deployed, with an object of its own."""
    control_planes, workers = request.param
    made = project_of(workers)
    refuse_unless_alone(made.name)
    made.settings["slipway:target"]["cluster"]["controlPlanes"] = control_planes
    made.save_settings()
    made.up()
    made.kubectl("create", "configmap", "kept", "--namespace=default")
    yield made
    made.remove()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["restarted", "killed"])
def test_cluster_and_service_come_back_with_docker_by_themselves(
    project: Project, number: signal.Signals
) -> None:
    restart(number)

    _serves(project)
    # Gives a replicated control plane its addresses back, if Docker mixed them up.
    project.up()
    _serves(project)
    project.pulumi("preview", "--expect-no-changes")


def _serves(project: Project) -> None:
    """All nodes are ready, what was stored is there, and every request is answered."""
    eventually("all nodes are ready", lambda: _all_ready(project), _SECONDS)
    project.kubectl("get", "configmap", "kept", "--namespace=default")
    eventually("it answers", lambda: ask(project.url)["namespace"] == project.name, _SECONDS)
    eventually("every request is answered", lambda: len(ask_many(project.url, 50)) == 50)


def _all_ready(project: Project) -> bool:
    nodes = project.kubectl("get", "nodes", "--no-headers", check=False).splitlines()
    return bool(nodes) and all(" Ready " in node for node in nodes)
