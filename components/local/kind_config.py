"""kind's configuration file for a cluster.

https://kind.sigs.k8s.io/docs/user/configuration/
"""

from typing import Any

import yaml

# Hosts with cgroup v1 are served too; Kubernetes 1.35 refuses them by default.
_KUBELET = yaml.safe_dump({"kind": "KubeletConfiguration", "failCgroupV1": False})


def kind_config(control_planes: int, workers: int, host_port: int, node_port: int) -> str:
    """The file, as YAML, of a cluster with these numbers of nodes.

    `host_port` of this machine's 127.0.0.1 leads to `node_port` of the first control plane.
    """
    mapping: dict[str, Any] = {
        "containerPort": node_port,
        "hostPort": host_port,
        "listenAddress": "127.0.0.1",
        "protocol": "TCP",
    }
    nodes: list[dict[str, Any]] = [{"role": "control-plane"} for _ in range(control_planes)]
    nodes[0]["extraPortMappings"] = [mapping]
    nodes += [{"role": "worker"} for _ in range(workers)]
    document = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "kubeadmConfigPatches": [_KUBELET],
        "nodes": nodes,
    }
    return yaml.safe_dump(document, sort_keys=False)
