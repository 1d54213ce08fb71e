"""What a preview shows, and that it touches nothing."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.project import Project, engine_contents

pytestmark = pytest.mark.live

_PLAN = (
    "Allocation", "KindCluster", "KindNodes", "RegistryEndpoint", "Delivery", "BuildContext",
    "docker:index:Volume", "docker:index:Container", "docker:index:Image", "core/v1:Namespace",
    "core/v1:Service", "core/v1:ConfigMap", "apps/v1:Deployment",
)  # fmt: skip


def _files(folder: Path) -> dict[Path, int]:
    """The files of a project outside its state and Python's caches, with their times."""
    return {
        path: path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file()
        and not {".slipway", ".home", "__pycache__"} & set(path.parts)
        and ".venv" not in path.parts
    }


def test_a_preview_before_anything_exists_shows_the_whole_plan_and_touches_nothing(
    project_of: Callable[[int], Project],
) -> None:
    project = project_of(2)
    before, files = engine_contents(project.name), _files(project.folder)

    ran = project.pulumi("preview")

    for resource in _PLAN:
        assert f"{resource} " in ran.output, f"the plan lacks {resource}"
    assert "+ 28 to create" in ran.output
    assert engine_contents(project.name) == before == []
    assert _files(project.folder) == files


def test_with_docker_stopped_one_message_names_docker(
    project_of: Callable[[int], Project], tmp_path: Path
) -> None:
    project = project_of(2)

    ran = project.pulumi("preview", check=False, DOCKER_HOST=f"unix://{tmp_path}/none.sock")

    assert ran.code != 0
    assert ran.output.partition("Diagnostics:")[2].count("the Docker Engine does not answer") == 1
    assert "make setup" in ran.output


def test_a_port_that_is_taken_is_named_with_its_holder_before_anything_is_made(
    project_of: Callable[[int], Project],
) -> None:
    project = project_of(2)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", project.port))
        holder.listen()
        ran = project.up(check=False)

    assert ran.code != 0
    assert f"port {project.port} of 127.0.0.1" in ran.output
    assert "pid" in ran.output and "free it" in ran.output
    assert engine_contents(project.name) == []


def test_a_wrong_stack_name_is_answered_with_the_names_there_are(
    project_of: Callable[[int], Project],
) -> None:
    project = project_of(2)

    ran = project.run("python", "-m", "commands", "up", "--stack", "kidn", check=False)

    assert ran.code == 1
    assert "no stack `kidn`" in ran.output
    assert "STACK=kind" in ran.output
