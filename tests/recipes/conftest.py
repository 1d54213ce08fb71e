"""A team's repository, the cluster that its stacks go to, and the state that its jobs share."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import first_up, guest, project_of
from tests.live.project import Project, Ran
from tests.recipes.repository import Repository

__all__ = ["first_up", "guest", "project_of"]


class Team:
    """What jobs of a CI work on: a repository, a cluster and a backend for state."""

    def __init__(self, folder: Path, host: Project) -> None:
        self.folder, self._host = folder, host
        target = {
            "product": "cloud",
            "context": f"kind-{host.name}",
            "registry": {"repository": f"localhost:{host.registry_port}/team"},
        }
        app = {"replicas": 2, "expose": False, "drainSeconds": 1}
        stack = {"target": target, "image": {"context": "app"}, "app": app}
        self.repository = Repository(folder, {"production": stack, "staging": stack})
        self.app = app
        (folder / "state").mkdir()
        self.backend = f"file://{folder}/state"
        self.runner = {
            "KUBECONFIG": host.environment["KUBECONFIG"],
            "PULUMI_CONFIG_PASSPHRASE": "of the team",
        }

    def kubectl(self, *words: str, check: bool = True) -> str:
        """What `kubectl` prints about the cluster."""
        return self._host.kubectl(*words, check=check)

    def replicas(self, stack: str) -> int:
        """Number of pods that a stack's Deployment has to have."""
        where = ("deployment/web", f"--namespace=slipway-{stack}", "--output=json")
        return json.loads(self.kubectl("get", *where))["spec"]["replicas"]

    def ready(self, stack: str) -> int:
        """Number of pods of a stack that are ready; none if its namespace is not there."""
        where = ("deployments", f"--namespace=slipway-{stack}", "--output=json")
        found: list[dict[str, Any]] = json.loads(self.kubectl("get", *where))["items"]
        return sum(each["status"].get("readyReplicas", 0) for each in found)

    def remove(self) -> None:
        """Leave nothing in the cluster that works."""
        for name in self.kubectl("get", "namespaces", "--output=name").split():
            if name.startswith("namespace/slipway-") and not name.startswith("namespace/slipway-l"):
                self.kubectl("delete", name, "--wait=false")


@pytest.fixture(scope="module")
def team(first_up: tuple[Project, Ran], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A team whose stacks are not deployed yet."""
    made = Team(tmp_path_factory.mktemp("team"), first_up[0])
    yield made
    made.remove()
