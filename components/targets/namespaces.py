"""What every namespace of a stack may hold."""

from pydantic import Field

from ..settings.model import Model


class NamespaceArgs(Model):
    """Bounds of the namespaces that a stack makes; none unless given."""

    quota: dict[str, str] = Field(
        default_factory=dict, examples=[{"requests.memory": "8Gi", "pods": "50"}]
    )
    """Hard limits of a ResourceQuota, by the names that Kubernetes gives them."""

    default: dict[str, str] = Field(default_factory=dict, examples=[{"memory": "256Mi"}])
    """What containers of others get as limits where they set none, by a LimitRange."""

    max: dict[str, str] = Field(default_factory=dict, examples=[{"memory": "4Gi"}])
    """What a container may have as limits at the most, by a LimitRange."""
