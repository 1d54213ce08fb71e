"""kind's configuration file for a cluster.

https://kind.sigs.k8s.io/docs/user/configuration/
"""

from typing import Any

import yaml

from .inputs import KindClusterInputs
from .mounts_and_ports import kind_options

# Hosts with cgroup v1 are served too; Kubernetes 1.35 refuses them by default.
_KUBELET = {"kind": "KubeletConfiguration", "failCgroupV1": False}


def kind_config(cluster: KindClusterInputs, endpoint: str | None) -> str:
    """Return the file, as YAML, of a cluster with one control plane and its workers.

    The host port of this machine's 127.0.0.1 leads to the node port of the control plane, unless
    the nodes find the API at an `endpoint` of a load balancer, which then leads there too.
    """
    patches: list[dict[str, Any]] = [_KUBELET]
    first: dict[str, Any] = {"role": "control-plane"}
    if endpoint is None:
        first["extraPortMappings"] = [
            {
                "containerPort": cluster.node_port,
                "hostPort": cluster.host_port,
                "listenAddress": "127.0.0.1",
                "protocol": "TCP",
            }
        ]
    else:
        patches.append({"kind": "ClusterConfiguration", "controlPlaneEndpoint": endpoint})
    workers = [{"role": "worker", **kind_options(worker)} for worker in cluster.workers]
    document = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "kubeadmConfigPatches": [yaml.safe_dump(patch) for patch in patches],
        "networking": {
            "podSubnet": cluster.pod_subnet,
            "serviceSubnet": cluster.service_subnet,
            "kubeProxyMode": cluster.kube_proxy_mode,
        },
        "featureGates": cluster.feature_gates,
        "nodes": [first, *workers],
    }
    return yaml.safe_dump(document, sort_keys=False)
