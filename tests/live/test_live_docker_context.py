"""Docker's current context: the docker plugin, kind and the components use one Docker."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.project import Project, Ran, docker_lines, engine_contents

pytestmark = pytest.mark.live


def _pulumi(project: Project, config: Path, *arguments: str, check: bool = True) -> Ran:
    """`pulumi` with a configuration of Docker's in which a context is the current one."""
    without_host = ("env", "-u", "DOCKER_HOST", "-u", "DOCKER_CONTEXT", f"DOCKER_CONFIG={config}")
    return project.run(*without_host, "pulumi", *arguments, check=check)


def _use(config: Path, host: str) -> None:
    """Make a context that leads to a Docker, and make it the current one."""
    docker = ("--config", str(config), "context")
    docker_lines(*docker, "create", "other", "--docker", f"host={host}")
    docker_lines(*docker, "use", "other")
    assert json.loads((config / "config.json").read_text())["currentContext"] == "other"


def test_a_context_that_leads_nowhere_makes_nothing_in_the_docker_of_the_default_socket(
    project_of: Callable[[int], Project], tmp_path: Path
) -> None:
    project = project_of(2)
    _use(tmp_path, f"unix://{tmp_path}/none.sock")

    ran = _pulumi(project, tmp_path, "up", "--yes", "--skip-preview", check=False)

    assert ran.code != 0
    assert f"{tmp_path}/none.sock" in ran.output, "the plugin was given the context's address"
    assert engine_contents(project.name) == []


def test_a_context_with_a_socket_of_its_own_is_used_by_all(
    project_of: Callable[[int], Project], tmp_path: Path
) -> None:
    project = project_of(2)
    own = tmp_path / "own.sock"
    (host,) = docker_lines("context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
    own.symlink_to(host.removeprefix("unix://"))
    _use(tmp_path, f"unix://{own}")

    assert _pulumi(project, tmp_path, "preview").code == 0
