"""kind's configuration file for a cluster.

https://kind.sigs.k8s.io/docs/user/configuration/
"""

from typing import Any

import yaml

# Hosts with cgroup v1 are served too; Kubernetes 1.35 refuses them by default.
_KUBELET = {"kind": "KubeletConfiguration", "failCgroupV1": False}


def kind_config(workers: int, host_port: int, node_port: int, endpoint: str | None) -> str:
    """The file, as YAML, of a cluster with one control plane and this number of workers.

    `host_port` of this machine's 127.0.0.1 leads to `node_port` of the control plane, unless
    the nodes find the API at an `endpoint` of a load balancer, which then leads there too.
    """
    mapping: dict[str, Any] = {
        "containerPort": node_port,
        "hostPort": host_port,
        "listenAddress": "127.0.0.1",
        "protocol": "TCP",
    }
    patches: list[dict[str, Any]] = [_KUBELET]
    leader: dict[str, Any] = {"role": "control-plane"}
    if endpoint is None:
        leader["extraPortMappings"] = [mapping]
    else:
        patches.append({"kind": "ClusterConfiguration", "controlPlaneEndpoint": endpoint})
    document = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "kubeadmConfigPatches": [yaml.safe_dump(patch) for patch in patches],
        "nodes": [leader, *({"role": "worker"} for _ in range(workers))],
    }
    return yaml.safe_dump(document, sort_keys=False)
