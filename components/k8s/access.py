"""Access to one cluster."""

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True)
class ClusterAccess:
    """The way to one cluster, and what identifies it."""

    kubeconfig: pulumi.Output[str]
    """Kubeconfig with the cluster alone, credentials inline; a secret."""

    context: pulumi.Output[str]
    """Name of the cluster's kubeconfig context."""

    uid: pulumi.Output[str]
    """UID of the cluster's kube-system namespace, which no two clusters share."""
