"""The other tools: Pulumi alone, Helm and kubectl, each with the waiting that it offers."""

import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import yaml

from components.k8s.objects import Manifest
from tests.live.project import Project, Ran

SECONDS = 60
"""Seconds for which each of them waits. Their own limits are 10, 5 and no minutes."""

_RAW = Path(__file__).parent / "raw"


class Peer(ABC):
    """A tool that deploys objects into a namespace of its own, and waits for them."""

    name: str

    def __init__(self, host: Project, folder: Path, namespace: str) -> None:
        self.host, self.folder, self.namespace = host, folder, namespace
        self.context = f"kind-{host.name}"
        folder.mkdir(parents=True)
        host.kubectl("create", "namespace", namespace)

    @abstractmethod
    def deploy(self, objects: Sequence[Manifest], *, check: bool) -> Ran:
        """Deploy objects; `check` fails the measurement if that fails."""


class PulumiAlone(Peer):
    """A program written by hand with pulumi-kubernetes, whose resources have `customTimeouts`."""

    name = "pulumi-kubernetes"

    def __init__(self, host: Project, folder: Path, namespace: str) -> None:
        super().__init__(host, folder, namespace)
        shutil.copytree(_RAW, folder, dirs_exist_ok=True)
        (folder / ".venv").symlink_to((host.folder / ".venv").resolve())
        settings = {"failures:context": self.context, "failures:seconds": SECONDS}
        file = folder / f"Pulumi.{namespace}.yaml"
        file.write_text(yaml.safe_dump({"config": settings}), encoding="utf-8")
        self._pulumi("stack", "init", namespace)

    def deploy(self, objects: Sequence[Manifest], *, check: bool) -> Ran:
        (self.folder / "objects.json").write_text(json.dumps(objects), encoding="utf-8")
        words = ("up", "--yes", "--skip-preview", f"--stack={self.namespace}")
        return self._pulumi(*words, check=check)

    def _pulumi(self, *words: str, check: bool = True) -> Ran:
        return self.host.run("pulumi", *words, f"--cwd={self.folder}", check=check)


class Helm(Peer):
    """A chart with the objects; Jobs are hooks, as charts have migrations."""

    name = "helm"
    program: Path
    """Executable of Helm."""

    def deploy(self, objects: Sequence[Manifest], *, check: bool) -> Ran:
        chart = self.folder / "chart"
        shutil.rmtree(chart, ignore_errors=True)
        (chart / "templates").mkdir(parents=True)
        head = {"apiVersion": "v2", "name": "web", "version": "1.0.0"}
        (chart / "Chart.yaml").write_text(json.dumps(head), encoding="utf-8")
        for number, each in enumerate(objects):
            text = json.dumps(_hooked(each))
            assert "{{" not in text, "that is Helm's"
            (chart / "templates" / f"{number}.yaml").write_text(text, encoding="utf-8")
        return self.host.run(
            *(str(self.program), "upgrade", "--install", "web", str(chart)),
            *(f"--namespace={self.namespace}", f"--kube-context={self.context}"),
            *("--wait", "--atomic", f"--timeout={SECONDS}s"),
            check=check,
        )


class Kubectl(Peer):
    """`kubectl apply` and `kubectl rollout status`; Jobs first, with `kubectl wait`."""

    name = "kubectl"

    def deploy(self, objects: Sequence[Manifest], *, check: bool) -> Ran:
        base = f"kubectl --context={self.context} --namespace={self.namespace}"
        wait = f"--timeout={SECONDS}s"
        jobs = [each for each in objects if each["kind"] == "Job"]
        commands = [f"{base} apply --filename={self._file(objects, 'all')}"]
        if jobs:
            commands = [
                f"{base} apply --filename={self._file(jobs, 'jobs')}",
                f"{base} wait --for=condition=complete job --all {wait}",
                *commands,
            ]
        commands.append(f"{base} rollout status deployment/web {wait}")
        return self.host.run("sh", "-c", " && ".join(commands), check=check)

    def _file(self, objects: Sequence[Manifest], name: str) -> Path:
        file = self.folder / f"{name}.json"
        whole = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        file.write_text(json.dumps(whole), encoding="utf-8")
        return file


def _hooked(manifest: Manifest) -> Manifest:
    if manifest["kind"] != "Job":
        return manifest
    hook = {"helm.sh/hook": "pre-upgrade", "helm.sh/hook-delete-policy": "before-hook-creation"}
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": hook}}


PEERS: tuple[type[Peer], ...] = (PulumiAlone, Helm, Kubectl)
