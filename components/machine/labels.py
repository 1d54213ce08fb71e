"""Labels of what is on this machine: kind's own, and the mark of the stack that made it."""

from ..names import LABEL

CLUSTER = "io.x-k8s.kind.cluster"
"""kind's, on every container of a cluster: the cluster's name."""

ROLE = "io.x-k8s.kind.role"
"""kind's, on every container of a cluster: what it is there."""

MINIKUBE = "created_by.minikube.sigs.k8s.io=true"
"""minikube's, with its value, on every container and network that it makes."""

MARK = f"{LABEL}/mark"
"""Ours, on containers, networks and volumes: the mark of the stack that made them."""

JOINED = f"{LABEL}/joined"
"""Ours, on what joined a kind cluster after kind made it: the mark of the stack. Not MARK, which
is for what the state knows one by one."""
