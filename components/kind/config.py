"""kind's configuration file for a cluster.

https://kind.sigs.k8s.io/docs/user/configuration/
"""

from collections.abc import Sequence
from typing import Any

import yaml

from ..dynamic import Properties
from .mounts_and_ports import kind_options

# Hosts with cgroup v1 are served too; Kubernetes 1.35 refuses them by default.
_KUBELET = {"kind": "KubeletConfiguration", "failCgroupV1": False}


# As kind has them where its configuration says nothing.
DEFAULTS: Properties = {
    "podSubnet": "10.244.0.0/16",
    "serviceSubnet": "10.96.0.0/16",
    "kubeProxyMode": "iptables",
    "featureGates": {},
}


def kind_config(
    workers: Sequence[Properties],
    host_port: int,
    node_port: int,
    endpoint: str | None,
    settings: Properties = DEFAULTS,
) -> str:
    """The file, as YAML, of a cluster with one control plane and these workers.

    `host_port` of this machine's 127.0.0.1 leads to `node_port` of the control plane, unless
    the nodes find the API at an `endpoint` of a load balancer, which then leads there too.
    `settings` may have others than the DEFAULTS.
    """
    chosen = {**DEFAULTS, **settings}
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
        "networking": {key: chosen[key] for key in DEFAULTS if key != "featureGates"},
        "featureGates": chosen["featureGates"],
        "nodes": [leader, *({"role": "worker", **kind_options(worker)} for worker in workers)],
    }
    return yaml.safe_dump(document, sort_keys=False)
