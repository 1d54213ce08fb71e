"""An update that is killed at any moment: three times, or as often as KILLS says.

Each time, the next `make up` leaves the version that was written, in all pods and in the state.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.project import Project, end_group
from tests.live.traffic import ask

pytestmark = pytest.mark.live

_KILLS = int(os.environ.get("KILLS", "3"))
_UP = (sys.executable, "-m", "commands", "up", "--stack")


@pytest.fixture(scope="module")
def deployed(project_of: Callable[[int], Project]) -> Iterator[Project]:
    """A deployed project with one worker."""
    made = project_of(1)
    made.up()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def whole(deployed: Project) -> float:
    """Seconds of `make up` with a changed version when it is left alone."""
    _edit(deployed, "8.0.0")
    return deployed.command("up").seconds


@pytest.mark.parametrize("number", range(_KILLS))
def test_after_kill_9_at_any_moment_the_next_up_command_deploys_what_was_written(
    deployed: Project, whole: float, tmp_path: Path, number: int
) -> None:
    version, seconds = f"9.0.{number}", random.uniform(0.2, whole)
    _edit(deployed, version)
    up = deployed.start(*_UP, deployed.stack, log=tmp_path / "log")
    time.sleep(seconds)
    end_group(up, signal.SIGKILL)

    ran = deployed.command("up", check=False)

    assert ran.code == 0, f"killed after {seconds:.2f} s of {whole:.1f} s:\n{ran.output}"
    assert ask(deployed.url)["version"] == version
    image = deployed.pulumi("stack", "output", "image").output.strip()
    (deployment,) = deployed.objects("deployments")
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == image
    assert "slipway.dev/unfinished-rollout" not in deployment["metadata"]["annotations"]
    assert deployment["status"]["readyReplicas"] == deployment["status"]["replicas"]
    assert "pending_operations" not in deployed.state()["deployment"]


def _edit(project: Project, version: str) -> None:
    (project.folder / "app" / "VERSION").write_text(f"{version}\n", encoding="utf-8")
