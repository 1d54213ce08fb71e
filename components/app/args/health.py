"""How an application is seen to be well."""

from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from ...settings.model import Model

_KINDS = ("http", "tcp", "grpc", "exec")


class HealthArgs(Model):
    """What tells that a container has started, can serve, and lives; a plain text is `http`.

    One question for all three. A container that has started is asked whether it can serve, and
    leaves the Service while it cannot; it is made anew only after `restartSeconds`, and is asked
    less for that: whether its port is open, unless the question is `exec` or `grpc`.
    """

    http: str | None = Field(default=None, examples=["/healthz"])
    """HTTP path that answers 2xx or 3xx once the container can serve."""

    tcp: bool = False
    """Whether an open port is enough."""

    grpc: str | None = Field(default=None, examples=["my.service"])
    """Service name to ask by the gRPC health protocol; empty for the server as a whole."""

    exec: list[str] | None = Field(default=None, min_length=1, examples=[["cat", "/tmp/ready"]])
    """Command that ends with 0."""

    port: int | None = Field(default=None, ge=1, le=65535)
    """Port that is asked; the container's own unless given."""

    period_seconds: int = Field(default=3, ge=1, le=300)
    """How often it is asked whether it can serve."""

    timeout_seconds: int = Field(default=2, ge=1, le=300)
    """How long an answer may take."""

    failures: int = Field(default=2, ge=1, le=100)
    """After how many failures in a row a container leaves the Service."""

    restart_seconds: int = Field(default=60, ge=1, le=86400)
    """After how long without life a container is started anew."""

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
                f"restartSeconds {self.restart_seconds} would end a container before periodSeconds "
                f"times failures ({self.period_seconds * self.failures}) takes it out of the "
                "Service; at least as many"
            )
        return self

    @property
    def kinds(self) -> list[str]:
        """The kinds of question that are set; one, in valid settings."""
        return [kind for kind in _KINDS if getattr(self, kind) not in (None, False)]
