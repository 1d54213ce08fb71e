"""A cluster made apart from any stack, whose API server writes down every write.

https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
"""

import json
import os
import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from components.registry.mirror_map import Mirrors

_FOLDER = "/var/audit"
_POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "None", "userGroups": ["system:nodes", "system:serviceaccounts"]},
        {
            "level": "None",
            "users": [f"system:{name}" for name in (
                "kube-controller-manager", "kube-scheduler", "apiserver",
            )],
        },
        {"level": "Metadata", "verbs": ["create", "update", "patch", "delete", "deletecollection"]},
    ],
}  # fmt: skip
_KUBEADM = {
    "kind": "ClusterConfiguration",
    "apiServer": {
        "extraArgs": {
            "audit-policy-file": f"{_FOLDER}/policy.yaml",
            "audit-log-path": f"{_FOLDER}/writes.log",
        },
        "extraVolumes": [
            {"name": "audit", "hostPath": _FOLDER, "mountPath": _FOLDER, "pathType": "Directory"}
        ],
    },
}


class StandInCluster:
    """A cluster of one node, with a network of its own."""

    def __init__(self, folder: Path, name: str = "cloud") -> None:
        self.name = f"{name}-{secrets.token_hex(3)}"
        self.context = f"kind-{self.name}"
        self.kubeconfig = folder / f"{name}.kubeconfig"
        self._audit = folder / f"{name}-audit"
        self._audit.mkdir()
        (self._audit / "policy.yaml").write_text(yaml.safe_dump(_POLICY))
        self.run("docker", "network", "create", self.name)
        self.make_cluster()

    def make_cluster(self) -> None:
        """Make the cluster, and write its kubeconfig."""
        (self._audit / "writes.log").unlink(missing_ok=True)
        node = {
            "role": "control-plane",
            "image": Mirrors.load().resolve("docker.io/kindest/node:v1.35.0"),
            "extraMounts": [{"hostPath": str(self._audit), "containerPath": _FOLDER}],
            "kubeadmConfigPatches": [yaml.safe_dump(_KUBEADM)],
        }
        config = {"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "nodes": [node]}
        self.run(
            *("kind", "create", "cluster", "--name", self.name, "--config=-"),
            *("--kubeconfig", str(self.kubeconfig), "--wait=90s"),
            stdin=yaml.safe_dump(config),
        )
        self._made = len(self._log())

    def remove_cluster(self) -> None:
        """Remove the cluster; its network stays."""
        self.run("kind", "delete", "cluster", "--name", self.name)

    def close(self) -> None:
        """Remove everything."""
        self.remove_cluster()
        self.run("docker", "network", "rm", self.name)

    @property
    def node(self) -> str:
        """The container that is the cluster's node."""
        return f"{self.name}-control-plane"

    @property
    def uid(self) -> str:
        """What tells the cluster from all others."""
        path = "--output=jsonpath={.metadata.uid}"
        return self.kubectl("get", "namespace", "kube-system", path)

    def config(self) -> dict[str, Any]:
        """The kubeconfig: one cluster, one user, one context."""
        return yaml.safe_load(self.kubeconfig.read_text())

    def writes(self) -> list[str]:
        """What people and programs, but none of the cluster's own, wrote since it was made."""
        events: list[Mapping[str, Any]] = [json.loads(line) for line in self._log()[self._made :]]
        return [
            f"{event['verb']} {event['requestURI']}"
            for event in events
            if not event["objectRef"]["resource"].endswith("reviews")
        ]

    def _log(self) -> list[str]:
        return (self._audit / "writes.log").read_text().splitlines()

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """What `kubectl` prints about the cluster."""
        return self.run("kubectl", "--context", self.context, *arguments, stdin=stdin)

    def run(self, *words: str, stdin: str | None = None) -> str:
        """What a command prints; one that fails fails the test."""
        done = subprocess.run(
            words,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env={
                **os.environ,
                "KUBECONFIG": str(self.kubeconfig),
                "KIND_EXPERIMENTAL_DOCKER_NETWORK": self.name,
            },
        )
        assert done.returncode == 0, f"`{' '.join(words[:4])}`: {done.stderr}"
        return done.stdout
