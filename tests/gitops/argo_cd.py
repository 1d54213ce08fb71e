"""Argo CD in the cluster of a project: its controller, its repo-server and Redis.

https://argo-cd.readthedocs.io/en/stable/operator-manual/core/
"""

import json
import os
from pathlib import Path
from typing import Any

import yaml

from tests.gitops.controller import FOLDER
from tests.gitops.toolchain import load_image, source
from tests.live.project import Project

_NAMESPACE = "argocd"
_MODULE = "github.com/argoproj/argo-cd/v3"
_PARTS = (
    "crds", "cluster-rbac/application-controller", "base/config", "base/application-controller",
    "base/repo-server", "base/redis",
)  # fmt: skip
_IMAGES = {
    "quay.io/argoproj/argocd": ("docker.io/slipway/argo-cd", "3.2.11"),
    "public.ecr.aws/docker/library/redis": ("docker.io/slipway/debian-redis", "bookworm"),
}
_NO_PREPARATION = [{"op": "remove", "path": "/spec/template/spec/initContainers"}]
"""The command line that makes a password, and a copy for plugins: neither is built here."""

_FROM_NODE = [
    {"op": "replace", "path": "/spec/template/spec/containers/0/imagePullPolicy", "value": "Never"}
]
_SECONDS = "3"
"""Seconds from one look at the repository to the next."""


class ArgoCD:
    """Its application controller, its repo-server and Redis."""

    name = "Argo CD Application"

    def __init__(self, project: Project, scratch: Path) -> None:
        self._project, self._scratch = project, scratch
        # What the module has in `manifests`, with images that are made here.
        for name in ("argo-cd", "redis"):
            load_image(project, name)
        manifests = source("argo-cd", _MODULE) / "manifests"
        overlay = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": _NAMESPACE,
            "resources": [
                "own.yaml",
                *(os.path.relpath(manifests / each, scratch) for each in _PARTS),
            ],
            "images": [
                {"name": name, "newName": made, "newTag": tag}
                for name, (made, tag) in _IMAGES.items()
            ],
            "patches": [
                _patch("argocd-redis", [*_NO_PREPARATION, *_FROM_NODE]),
                _patch("argocd-repo-server", [*_NO_PREPARATION, *_FROM_NODE]),
                _patch("argocd-application-controller", _FROM_NODE),
                {
                    "target": {"kind": "ConfigMap", "name": "argocd-cm"},
                    "patch": json.dumps(
                        {
                            "apiVersion": "v1",
                            "kind": "ConfigMap",
                            "metadata": {"name": "argocd-cm"},
                            "data": {
                                "timeout.reconciliation": f"{_SECONDS}s",
                                "timeout.reconciliation.jitter": "0s",
                            },
                        }
                    ),
                },
            ],
        }
        own = [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _NAMESPACE}},
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": "argocd-redis"},
                "stringData": {"auth": "of-the-test"},
            },
        ]
        (scratch / "own.yaml").write_text(yaml.safe_dump_all(own))
        (scratch / "kustomization.yaml").write_text(yaml.safe_dump(overlay))
        project.kubectl("apply", "--server-side", "--force-conflicts", f"--kustomize={scratch}")
        for workload in (
            "deployment/argocd-redis", "deployment/argocd-repo-server",
            "statefulset/argocd-application-controller",
        ):  # fmt: skip
            where = (workload, f"--namespace={_NAMESPACE}", "--timeout=120s")
            project.kubectl("rollout", "status", *where)

    def follow(self, name: str, url: str) -> None:
        project_of_all: dict[str, Any] = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "AppProject",
            "metadata": {"name": "default", "namespace": _NAMESPACE},
            "spec": {
                "sourceRepos": ["*"],
                "destinations": [{"namespace": "*", "server": "*"}],
                "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
            },
        }
        application: dict[str, Any] = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": name, "namespace": _NAMESPACE},
            "spec": {
                "project": "default",
                "source": {"repoURL": url, "path": FOLDER, "targetRevision": "main"},
                "destination": {"server": "https://kubernetes.default.svc"},
                "syncPolicy": {
                    "automated": {"prune": True, "selfHeal": True},
                    "syncOptions": ["ServerSideApply=true", "PruneLast=true"],
                    "retry": {"limit": -1, "backoff": {"duration": "3s", "maxDuration": "5s"}},
                },
            },
        }
        file = self._scratch / f"{name}.json"
        items = [project_of_all, application]
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        self._project.kubectl("apply", f"--filename={file}")

    def lose(self, name: str, url: str) -> str:
        where = (f"application/{name}", f"--namespace={_NAMESPACE}", "--type=merge")
        patch = json.dumps({"spec": {"source": {"repoURL": f"{url}-of-nobody"}}})
        self._project.kubectl("patch", *where, f"--patch={patch}")
        return "Argo CD Application"


def _patch(name: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "target": {"name": name, "kind": "Deployment|StatefulSet"},
        "patch": json.dumps(operations),
    }
