"""The settings of a HorizontalPodAutoscaler."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from ...settings.model import Model


class AutoscaleArgs(Model):
    """Bounds and metrics of a HorizontalPodAutoscaler, which sets the number of replicas.

    https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    """

    former_names: ClassVar[Mapping[str, str]] = {"calm_seconds": "scale_down_stabilization_seconds"}

    min: int | None = Field(default=None, ge=1, le=1000)
    """Minimum number of replicas; `replicas` unless given."""

    max: int = Field(ge=1, le=1000, examples=[10])
    """Maximum number of replicas."""

    cpu: int | None = Field(default=None, ge=1, le=1000)
    """Target for the average use of CPU, in percent of the request; 70 if there is no other
    target."""

    memory: int | None = Field(default=None, ge=1, le=1000)
    """Target for the average use of memory, in percent of the request."""

    metrics: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    """Further metrics, in the form of `spec.metrics` of autoscaling/v2."""

    scale_down_stabilization_seconds: int = Field(default=300, ge=0, le=3600)
    """Seconds for which fewer replicas must suffice before the number goes down."""

    @model_validator(mode="after")
    def _bounds_are_in_order(self) -> Self:
        if self.min is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self
