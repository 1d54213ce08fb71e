"""Flux in the cluster of a project: its two controllers that apply a Git repository."""

import json
import os
from pathlib import Path
from typing import Any

import yaml

from tests.gitops.controller import FOLDER
from tests.gitops.toolchain import load_image, source
from tests.live.project import Project

_NAMESPACE = "flux-system"
_VERSIONS = {"source-controller": "1.7.0", "kustomize-controller": "1.6.0"}
"""Versions as in the lock."""


class Flux:
    """Its source-controller and its kustomize-controller."""

    name = "Flux Kustomization"

    def __init__(self, project: Project, scratch: Path) -> None:
        self._project, self._scratch = project, scratch
        # What the controllers' modules have in `config`, with images that are made here.
        resources = ["namespace.yaml"]
        for name in _VERSIONS:
            load_image(project, name)
            config = source(name, f"github.com/fluxcd/{name}") / "config"
            parts = ("crd", "rbac", "manager")
            resources += [os.path.relpath(config / part, scratch) for part in parts]
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _NAMESPACE}}
        images = [
            {"name": f"fluxcd/{name}", "newName": f"docker.io/slipway/{name}", "newTag": version}
            for name, version in _VERSIONS.items()
        ]
        overlay = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": _NAMESPACE,
            "resources": resources,
            "images": images,
        }
        (scratch / "namespace.yaml").write_text(yaml.safe_dump(namespace))
        (scratch / "kustomization.yaml").write_text(yaml.safe_dump(overlay))
        project.kubectl("apply", "--server-side", f"--kustomize={scratch}")
        for name in _VERSIONS:
            where = (f"deployment/{name}", f"--namespace={_NAMESPACE}", "--timeout=120s")
            project.kubectl("rollout", "status", *where)

    def follow(self, name: str, url: str) -> None:
        meta: dict[str, Any] = {"name": name, "namespace": _NAMESPACE}
        objects = [
            {
                "apiVersion": "source.toolkit.fluxcd.io/v1",
                "kind": "GitRepository",
                "metadata": meta,
                "spec": {"interval": "3s", "url": url, "ref": {"branch": "main"}},
            },
            {
                "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
                "kind": "Kustomization",
                "metadata": meta,
                "spec": {
                    "interval": "20s",
                    "retryInterval": "5s",
                    "timeout": "3m",
                    "path": f"./{FOLDER}",
                    "prune": True,
                    "wait": True,
                    "sourceRef": {"kind": "GitRepository", "name": name},
                },
            },
        ]
        file = self._scratch / f"{name}.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
        self._project.kubectl("apply", f"--filename={file}")

    def lose(self, name: str, url: str) -> str:
        where = (f"gitrepository/{name}", f"--namespace={_NAMESPACE}", "--type=merge")
        patch = json.dumps({"spec": {"url": f"{url}-of-nobody"}})
        self._project.kubectl("patch", *where, f"--patch={patch}")
        return f"GitRepository {name}"
