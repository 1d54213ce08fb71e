"""The inputs of a kind cluster with two workers, and of its nodes."""

from typing import Any

PROPS: dict[str, Any] = {
    "name": "shop",
    "image": "kindest/node:v1",
    "balanced": False,
    "balancerImage": "haproxy:1",
    "replace": False,
    "workers": [{}] * 2,
    "controlPlanes": 1.0,
    "podSubnet": "10.244.0.0/16",
    "serviceSubnet": "10.96.0.0/16",
    "kubeProxyMode": "iptables",
    "featureGates": {},
    "hostPort": 8080.0,
    "nodePort": 30080.0,
    "registry": "shop-registry",
    "mark": "ours",
    "__provider": "pickle",
}

PLAIN: dict[str, Any] = {"labels": {}, "taints": [], "mounts": [], "ports": []}
"""A node with nothing of its own."""

NODES: dict[str, Any] = {
    "cluster": "shop",
    "uid": "uid-1",
    "mark": "ours",
    "controlPlanes": [PLAIN],
    "workers": [PLAIN] * 2,
    "mirrors": {},
    "balancerImage": "",
    "registryHost": "localhost:5001",
    "registryContainer": "shop-registry",
    "registryId": "id-1",
    "__provider": "pickle",
}
