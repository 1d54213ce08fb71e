"""Flux in the cluster of a project: its two controllers that apply a Git repository."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.gitops.delivered import FOLDER, Delivered
from tests.live.project import CHECKOUT, Project

_NAMESPACE = "flux-system"
_VERSIONS = {"source-controller": "1.7.0", "kustomize-controller": "1.6.0"}
"""Versions as in the lock."""


def install_flux(project: Project, scratch: Path) -> None:
    """Apply what the controllers' modules have in `config`, with images that are made here."""
    resources = ["namespace.yaml"]
    for name in _VERSIONS:
        archive = _toolchain("image", name)
        project.run("kind", "load", "image-archive", archive, "--name", project.name)
        config = Path(_toolchain("source", name)) / "config"
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


def follow(project: Project, delivered: Delivered) -> None:
    """Have Flux apply the repository of a stack, and look every few seconds."""
    name = delivered.stack.name
    meta: dict[str, Any] = {"name": name, "namespace": _NAMESPACE}
    objects = [
        {
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": meta,
            "spec": {"interval": "3s", "url": delivered.url, "ref": {"branch": "main"}},
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
    file = delivered.clone.parent / f"{name}.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    project.kubectl("apply", f"--filename={file}")


def _toolchain(*words: str) -> str:
    command = [sys.executable, "-m", "toolchain", *words]
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()[-1]
