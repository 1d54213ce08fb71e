"""A number of replicas that follows the load."""

from typing import Any, Self

from pydantic import Field, model_validator

from ...settings.model import Model


class AutoscaleArgs(Model):
    """How many replicas there are, left to a HorizontalPodAutoscaler.

    https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    """

    min: int | None = Field(default=None, ge=1, le=1000)
    """Least number of replicas; `replicas` unless given."""

    max: int = Field(ge=1, le=1000, examples=[10])
    """Greatest number of replicas."""

    cpu: int | None = Field(default=None, ge=1, le=1000)
    """CPU that pods should use on average, in percent of what they ask for; 70 unless something
    else is given."""

    memory: int | None = Field(default=None, ge=1, le=1000)
    """Memory that pods should use on average, in percent of what they ask for."""

    metrics: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    """Further metrics, as `spec.metrics` of autoscaling/v2 has them."""

    calm_seconds: int = Field(default=300, ge=0, le=3600)
    """How long less must have been enough before replicas are taken away."""

    @model_validator(mode="after")
    def _least_is_least(self) -> Self:
        if self.min is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self
