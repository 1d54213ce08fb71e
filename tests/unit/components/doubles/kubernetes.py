"""A Kubernetes cluster in memory: the answers of its API, of its nodes' programs and of etcd."""

import json
from dataclasses import dataclass, field
from typing import Any


class Failure(Exception):
    """A command's exit code is not 0; the message is what it prints of that, `answer` the rest."""

    def __init__(self, message: str, answer: str = "") -> None:
        super().__init__(message)
        self.answer = answer


KUBEADM = """\
kind: ClusterConfiguration
controlPlaneEndpoint: shop-control-plane:6443
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 10.0.0.2, bindPort: 6443}
nodeRegistration: {kubeletExtraArgs: {node-ip: 10.0.0.2}}
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: JoinConfiguration
controlPlane: {localAPIEndpoint: {advertiseAddress: 10.0.0.2}}
nodeRegistration:
  criSocket: unix:///run/containerd/containerd.sock
  kubeletExtraArgs: {node-ip: 10.0.0.2, node-labels: ""}
"""
"""What kind wrote into a control plane, shortened."""


@dataclass
class Kubernetes:
    """What the cluster knows, and what was done to it."""

    ready: bool = True
    """Whether nodes get ready."""
    has_proxy: bool = True
    """Whether the cluster has a kube-proxy."""

    members: dict[str, dict[str, str]] = field(default_factory=dict)
    """The annotations of the nodes that the cluster knows, by name."""
    kubectl: list[str] = field(default_factory=list)
    """What was done to the cluster, in order."""
    budget: str = ""
    """What a drain fails with."""
    persistent_volumes: list[dict[str, Any]] = field(default_factory=list)
    """As the cluster shows them."""
    pods: list[dict[str, Any]] = field(default_factory=list)
    """As the cluster shows them."""
    etcd: list[str] = field(default_factory=list)
    """The names of etcd's members."""

    def node_answer(self, name: str, command: list[str], files: dict[str, str]) -> str | None:
        """Return what the programs of a Kubernetes node answer; None for any other command."""
        match command:
            case ["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", *rest]:
                return self.kubectl_answer(rest)
            case ["kubeadm", "token", "create", _]:
                return "a-token\n"
            case ["kubeadm", "init", "phase", "upload-certs", *_]:
                return "[upload-certs] Using certificate key:\na-certificate-key\n"
            case ["kubeadm", "join", "--config", path]:
                assert "a-token" in files[path]
                self.members[name] = {}
                if "a-certificate-key" in files[path]:
                    self.etcd.append(name)
                return ""
            case ["cat", "/kind/kubeadm.conf"] if "/kind/kubeadm.conf" not in files:
                return KUBEADM
            case ["sh", "-c", script] if script.startswith("until "):
                return ""
            case ["curl", *_, body, url] if ":2379/" in url:
                return self._etcd(json.loads(body), url.rpartition("/")[2])
        return None

    def kubectl_answer(self, words: list[str]) -> str:
        """Return what `kubectl` answers."""
        match words:
            case ["get", kind, *_]:
                return self._get(kind)
            case ["wait", *_]:
                if not self.ready:
                    raise Failure("error: timed out waiting for the condition on nodes/a-worker")
                return ""
            case ["delete", ("node" | "nodes"), *names]:
                for name in names:
                    if self.members.pop(name, None) is not None:
                        self.kubectl.append(f"delete {name}")
                return ""
            case ["annotate", "node", name, change, *_]:
                key, _, value = change.rstrip("-").partition("=")
                if change.endswith("-"):
                    del self.members[name][key]
                else:
                    self.members[name][key] = value
                return ""
            case ["drain", *_] if self.budget:
                raise Failure(self.budget)
        self.kubectl.append(" ".join(word for word in words if not word.startswith("--")))
        return ""

    def _get(self, kind: str) -> str:
        if kind == "daemonset":
            return "daemonset.apps/kube-proxy\n" if self.has_proxy else ""
        known = {
            "nodes": self._known(),
            "persistentvolumes": self.persistent_volumes,
            "pods": self.pods,
        }
        return json.dumps({"items": known[kind]})

    def _known(self) -> list[dict[str, Any]]:
        """The nodes that the cluster knows, as it shows them."""
        role = "node-role.kubernetes.io/control-plane"
        return [
            {
                "metadata": {
                    "name": name,
                    "annotations": annotations,
                    "labels": {role: ""} if "-control-plane" in name else {},
                }
            }
            for name, annotations in self.members.items()
        ]

    def _etcd(self, body: dict[str, str], verb: str) -> str:
        if verb == "remove":
            del self.etcd[int(body["ID"])]
        return json.dumps({"members": [{"ID": str(n), "name": m} for n, m in enumerate(self.etcd)]})
