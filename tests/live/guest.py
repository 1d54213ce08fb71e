"""A stack of its own on the cluster of another project, which stays as it is."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.live.project import Project
from tests.ports import free_port

_REPOSITORY = "guests"


class Guest(Project):
    """A project whose target is the cluster and the registry of a `host` that is deployed.

    To it the cluster is one that is there already: it makes a namespace there, and no more.
    """

    def __init__(
        self, folder: Path, host: Project, program: str | None = None, **settings: Any
    ) -> None:
        self.host = host
        super().__init__(folder, workers=0)
        if program is not None:
            (folder / "__main__.py").write_text(program)
        if settings:  # instead of those of the one application
            target = self.settings["slipway:target"]
            own = {f"slipway:{key}": value for key, value in settings.items()}
            self.settings = {"slipway:target": target, **own}
            self.save_settings()
        self.environment["KUBECONFIG"] = host.environment["KUBECONFIG"]
        self.pulumi("stack", "init", self.stack)

    def kubectl(self, *arguments: str, check: bool = True) -> str:
        return self.host.kubectl(*arguments, check=check)

    def set(self, **app: Any) -> None:
        """Change settings of the application in the stack file."""
        self.settings["slipway:app"] = {**self.settings["slipway:app"], **app}
        self.save_settings()

    def secret(self, path: str, value: str) -> None:
        """`pulumi config set --secret --path`, as a user would."""
        self.pulumi("config", "set", "--secret", "--path", path, value)
        file = self.folder / "stacks" / f"Pulumi.{self.stack}.yaml"
        self.settings = yaml.safe_load(file.read_text())["config"]

    def pods(self, application: str) -> list[dict[str, Any]]:
        """The application's pods that are not about to end."""
        found = self.objects("pods", f"--selector=app.kubernetes.io/name={application}")
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def inside(self, pod: str, container: str, script: str) -> str:
        """What a shell script prints in a container."""
        at = ("exec", f"--namespace={self.name}", pod, f"--container={container}")
        return self.kubectl(*at, "--", "sh", "-c", script)

    def remove(self) -> None:
        """Leave nothing that works; the rest goes with the host's cluster and registry."""
        mine = ("--selector", f"slipway.dev/stack={self.name}")
        self.kubectl("delete", "namespaces", *mine, "--wait=false", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _settings(self, workers: int) -> dict[str, Any]:
        self.port = free_port()
        return {
            "slipway:target": {
                "product": "cloud",
                "context": f"kind-{self.host.name}",
                "registry": {"repository": f"localhost:{self.host.registry_port}/{_REPOSITORY}"},
            },
            "slipway:name": "web",
            "slipway:image": {"context": "app"},
            "slipway:app": {"replicas": 2, "expose": False, "drainSeconds": 1},
        }
