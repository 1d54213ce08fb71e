"""The cluster of the endurance tests."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.live.conftest import project_of
from tests.live.project import Project
from tests.live.traffic import eventually_answers
from tests.load.ports import open_ports
from tests.soak.applications import PART, STREAMS, STUBBORN, applications

__all__ = ["project_of"]


@dataclass(frozen=True)
class Deployed:
    """A deployed project, and its ports of this machine by those of the nodes."""

    project: Project
    ports: dict[int, int]


@pytest.fixture(scope="session")
def deployed(project_of: Callable[[int], Project]) -> Deployed:
    """The applications of the long run on one control plane and two workers."""
    project = project_of(2)
    ports = open_ports(project, STREAMS, STUBBORN, PART)
    apps = applications(project)
    for key in ("name", "image", "app"):
        del project.settings[f"slipway:{key}"]
    project.settings["slipway:apps"] = apps
    project.save_settings()
    project.up()
    for port in (project.port, ports[STREAMS], ports[STUBBORN]):
        eventually_answers(f"http://127.0.0.1:{port}")
    return Deployed(project, ports)
