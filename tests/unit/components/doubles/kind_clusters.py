"""The inputs of a kind cluster with two workers, and of its nodes."""

from typing import Any

from pulumi.dynamic.dynamic import serialize_provider

from components.dynamic import find_provider

PLAIN: dict[str, Any] = {"labels": {}, "taints": [], "mounts": [], "ports": []}
"""A node with nothing of its own."""

PROPS: dict[str, Any] = {
    "name": "shop",
    "image": "kindest/node:v1",
    "balanced": False,
    "balancerImage": "haproxy:1",
    "replace": False,
    "workers": [PLAIN] * 2,
    "controlPlanes": [{"labels": {}, "taints": []}],
    "podSubnet": "10.244.0.0/16",
    "serviceSubnet": "10.96.0.0/16",
    "kubeProxyMode": "iptables",
    "featureGates": {},
    "hostPort": 8080.0,
    "nodePort": 30080.0,
    "registry": "shop-registry",
    "mark": "ours",
    "__provider": serialize_provider(find_provider("KindCluster")),
}

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
    "hostPort": 8080.0,
    "nodePort": 30080.0,
    "apiPort": 6443.0,
    "__provider": serialize_provider(find_provider("KindNodes")),
}
