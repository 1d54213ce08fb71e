"""The program by hand in `raw/`, beside a deployed project and in its cluster."""

import shutil
from pathlib import Path

import yaml

from components.machine.platform import docker_platform
from components.machine.runner import Runner
from components.registry.mirror_map import Mirrors
from tests.live.project import Project

_RAW = Path(__file__).parent / "raw"


class RawProject(Project):
    """Runs plain `pulumi` commands on the program by hand."""

    def __init__(self, folder: Path, beside: Project) -> None:
        self.folder, self.stack, self.environment = folder, "raw", beside.environment
        shutil.copytree(_RAW, folder, dirs_exist_ok=True)
        shutil.copytree(beside.folder / "app", folder / "app")
        (folder / ".venv").symlink_to((beside.folder / ".venv").resolve())
        kubeconfig = beside.run("kind", "get", "kubeconfig", "--name", beside.name).output
        settings = {
            "raw:registryPort": beside.registry_port,
            "raw:base": Mirrors.load().resolve("docker.io/library/node:22-bookworm-slim"),
            "raw:platform": docker_platform(Runner()),
            "raw:kubeconfig": kubeconfig,
        }
        file = folder / "Pulumi.raw.yaml"
        file.write_text(yaml.safe_dump({"config": settings}), encoding="utf-8")
        self.pulumi("stack", "init", self.stack)
