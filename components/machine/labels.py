"""Labels of containers, networks and volumes: kind's, minikube's, and those of a stack."""

from ..names import LABEL

CLUSTER = "io.x-k8s.kind.cluster"
"""Name of the cluster; kind sets it on every container of one."""

ROLE = "io.x-k8s.kind.role"
"""Role in the cluster; kind sets it on every container of one."""

MINIKUBE = "created_by.minikube.sigs.k8s.io=true"
"""Label and value that minikube sets on every container and network that it makes."""

MARK = f"{LABEL}/mark"
"""Mark of the stack that owns a container, network or volume."""

JOINED = f"{LABEL}/joined"
"""Mark of the stack on containers that joined a kind cluster after kind made it. Not MARK, which
is for what the state lists."""
