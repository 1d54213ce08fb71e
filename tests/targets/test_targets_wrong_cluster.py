"""A stack never writes to another cluster than its own, whatever leads there."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.project import Project
from tests.targets.stand_in_cluster import StandInCluster
from tests.targets.wrong_cluster import CASES, LIMITED, Case, Scene

pytestmark = pytest.mark.live

_PROGRAM = """\
import pulumi

from components import Target

target = Target.select()
target.namespace(None)
pulumi.export("clusterUid", target.cluster_uid)
"""
_DOCUMENT = Path(__file__).parents[2] / "docs" / "wrong-cluster.md"


@pytest.fixture(scope="module")
def clusters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[StandInCluster]]:
    """The stack's own cluster, and a wrong one."""
    folder = tmp_path_factory.mktemp("clusters")
    made: list[StandInCluster] = []
    try:
        made.append(StandInCluster(folder, "own"))
        made.append(StandInCluster(folder, "wrong"))
        yield made
    finally:
        for cluster in made:
            cluster.close()


@pytest.fixture(scope="module")
def deployed(clusters: list[StandInCluster], project_of: Callable[[int], Project]) -> Project:
    """A project with a namespace in its own cluster."""
    own, _ = clusters
    project = project_of(0)
    (project.folder / "__main__.py").write_text(_PROGRAM)
    registry = {"repository": "registry.example/team"}
    project.settings.clear()
    project.settings["slipway:target"] = {
        "product": "cloud", "context": own.context, "registry": registry,
    }  # fmt: skip
    project.save_settings()
    project.environment["KUBECONFIG"] = str(own.kubeconfig)
    project.up()
    return project


@pytest.fixture
def scene(deployed: Project, clusters: list[StandInCluster], tmp_path: Path) -> Iterator[Scene]:
    settings = copy.deepcopy(deployed.settings)
    own, wrong = clusters
    yield Scene(deployed, own, wrong, tmp_path)
    deployed.settings = settings
    (deployed.folder / "stacks" / "Pulumi.base.yaml").unlink(missing_ok=True)
    deployed.save_settings()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_another_cluster_is_refused_and_not_written_to(case: Case, scene: Scene) -> None:
    before = len(scene.wrong.writes())
    case.prepare(scene)
    prepared = len(scene.wrong.writes())
    command = [word.replace("$TARGET", scene.wrong_target()) for word in case.command]

    ran = scene.pulumi(*command, check=False)

    assert ran.code != 0
    assert case.told in " ".join(ran.output.split())
    assert len(scene.wrong.writes()) == prepared
    assert before == prepared or "login program" in case.words


@pytest.mark.parametrize("case", LIMITED, ids=lambda case: case.words)
def test_a_command_that_leaves_the_check_out_reaches_the_stacks_own_cluster_alone(
    case: Case, scene: Scene
) -> None:
    scene.project.up()  # a replacement of everything that was refused leaves its provider behind
    wrong, own = len(scene.wrong.writes()), len(scene.own.writes())
    case.prepare(scene)

    scene.pulumi(*case.command)

    assert len(scene.wrong.writes()) == wrong
    removed = any("delete" in write for write in scene.own.writes()[own:])
    # A replacement deletes no namespace: the new one is the old one.
    assert removed == (case.words == "destroy")
    there = scene.project.name in scene.own.kubectl("get", "namespaces", "--output=name")
    assert there == (case.words != "destroy")


def test_the_audit_log_that_shows_no_write_shows_one_when_the_stack_is_moved_on_purpose(
    deployed: Project, clusters: list[StandInCluster]
) -> None:
    _, wrong = clusters
    before = len(wrong.writes())
    deployed.settings["slipway:target"] |= {"context": wrong.context, "uid": wrong.uid}
    deployed.save_settings()
    kubeconfig = str(wrong.kubeconfig)

    deployed.up(KUBECONFIG=kubeconfig)

    assert json.loads(deployed.pulumi("stack", "output", "--json").output) == {
        "clusterUid": wrong.uid
    }
    assert any(f"namespaces/{deployed.name}" in write for write in wrong.writes()[before:])
    deployed.pulumi("destroy", "--yes", "--skip-preview", KUBECONFIG=kubeconfig)


def test_the_document_lists_every_way() -> None:
    listed = re.findall(r"^\d+\. (.*)$", _DOCUMENT.read_text(), re.MULTILINE)

    assert listed == [case.words for case in (*CASES, *LIMITED)]
    assert len(CASES) >= 30
