"""Limits of the namespaces of a stack."""

from pydantic import Field

from ..settings.model import Model


class NamespaceArgs(Model):
    """Limits of the namespaces that a stack creates; none unless set."""

    quota: dict[str, str] = Field(
        default_factory=dict, examples=[{"requests.memory": "8Gi", "pods": "50"}]
    )
    """Hard limits of a ResourceQuota, by the names that Kubernetes gives them."""

    default: dict[str, str] = Field(default_factory=dict, examples=[{"memory": "256Mi"}])
    """Limits of containers that set none, by a LimitRange."""

    max: dict[str, str] = Field(default_factory=dict, examples=[{"memory": "4Gi"}])
    """Highest limits of a container, by a LimitRange."""
