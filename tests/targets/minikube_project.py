"""A project whose target is a minikube profile, with a MINIKUBE_HOME of its own."""

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.live.project import CHECKOUT, Project, Ran, docker_lines


class MinikubeProject(Project):
    """A stack on `nodes` nodes; on the profile that it makes, or on another one by `profile`."""

    def __init__(self, folder: Path, nodes: int | None = 1) -> None:
        super().__init__(folder, workers=nodes or 0)
        self.profile = self.name
        self.target = self.settings["slipway:target"]
        if nodes is None:
            del self.target["nodes"]
        self.save_settings()

    def set(self, **target: Any) -> None:
        """Change settings of the target in the stack file."""
        self.target.update(target)
        self.save_settings()

    def minikube(self, *arguments: str, check: bool = True) -> Ran:
        """`minikube` in the project's MINIKUBE_HOME, as a user would type it."""
        return self.run("minikube", *arguments, f"--profile={self.profile}", check=check)

    def kubectl(self, *arguments: str, check: bool = True) -> str:
        return self.run("kubectl", "--context", self.profile, *arguments, check=check).output

    @property
    def url(self) -> str:
        return str(json.loads(self.pulumi("stack", "output", "--json").output)["url"])

    def nodes(self) -> list[str]:
        """The names of the cluster's nodes."""
        names = self.kubectl("get", "nodes", "--output=name").split()
        return sorted(name.removeprefix("node/") for name in names)

    def containers(self) -> list[str]:
        """The names of the running containers that are nodes."""
        form = ("--filter", f"network={self.profile}", "--format={{.Names}}")
        return sorted(name for name in docker_lines("ps", *form) if "registry" not in name)

    def remove(self) -> None:
        """Remove everything, with and, if that fails, without Pulumi."""
        ran = self.command("down", check=False)
        self.run("minikube", "delete", "--all", check=False)
        if ran.code != 0 or self.remains():
            for kind, force in (
                ("container", ("--force", "--volumes")), ("network", ()), ("volume", ("--force",)),
            ):  # fmt: skip
                for name in docker_lines(kind, "ls", "--quiet", "--filter", f"name={self.name}"):
                    self.run("docker", kind, "rm", *force, name, check=False)
        self.forget_images()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _settings(self, workers: int) -> dict[str, Any]:
        file = CHECKOUT / "stacks" / "Pulumi.minikube.yaml"
        settings: dict[str, Any] = yaml.safe_load(file.read_text())["config"]
        settings["slipway:target"] |= {
            "nodes": workers,
            "registry": {"port": self.registry_port},
        }
        return settings

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "MINIKUBE_HOME": str(self.folder / ".home")}
