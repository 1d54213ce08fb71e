"""Health checks of containers."""

from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from ...settings.model import Model
from .values import Plain

_KINDS = ("http", "tcp", "grpc", "exec")


class HealthArgs(Model):
    """Health check of a container, for its three probes; a plain text is `http`.

    The startup and readiness probes are this check: a container that fails it is taken out of the
    Service. The liveness probe checks less, an open port, unless the check is `exec` or `grpc`;
    it restarts the container after `restartSeconds`.
    """

    http: Plain | None = Field(default=None, examples=["/healthz"])
    """HTTP path that answers 2xx or 3xx once the container can serve."""

    tcp: bool = False
    """Whether an open port is enough."""

    grpc: Plain | None = Field(default=None, examples=["my.service"])
    """Service name in the gRPC health protocol; empty for the server as a whole."""

    exec: list[Plain] | None = Field(default=None, min_length=1, examples=[["cat", "/tmp/ready"]])
    """Command in the container that exits with 0."""

    port: int | None = Field(default=None, ge=1, le=65535)
    """Port of the check; the container's own unless given."""

    period_seconds: int = Field(default=3, ge=1, le=300)
    """Seconds between readiness checks."""

    timeout_seconds: int = Field(default=2, ge=1, le=300)
    """Seconds that an answer may take."""

    failures: int = Field(default=2, ge=1, le=100)
    """Number of failures in a row after which a container is taken out of the Service."""

    restart_seconds: int = Field(default=60, ge=1, le=86400)
    """Seconds of failed liveness checks after which a container is restarted."""

    @model_validator(mode="before")
    @classmethod
    def _text_is_a_path(cls, data: Any) -> Any:
        return {"http": data} if isinstance(data, str) else data

    @field_validator("http")
    @classmethod
    def _path_has_a_slash(cls, path: str | None) -> str | None:
        if path is not None and not path.startswith("/"):
            raise ValueError(f"a health path begins with a slash, e.g. /{path}")
        return path

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if len(self.kinds) != 1:
            raise ValueError(f"it needs one of {', '.join(_KINDS)}, e.g. http: /healthz")
        if self.restart_seconds < self.period_seconds * self.failures:
            raise ValueError(
                f"restartSeconds {self.restart_seconds} would restart a container before "
                f"periodSeconds times failures ({self.period_seconds * self.failures}) takes it "
                "out of the Service; set at least as many"
            )
        return self

    @property
    def kinds(self) -> list[str]:
        """The kinds of check that are set; one, in valid settings."""
        return [kind for kind in _KINDS if getattr(self, kind) not in (None, False)]
