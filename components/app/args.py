"""What can be said about an application."""

from pydantic import Field, field_validator

from ..model import Model


class DataArgs(Model):
    """A second container in the application's pods that provides the data the application uses.

    Both containers share a volume: the second one writes to it, the application reads it.
    """

    command: list[str] = Field(min_length=1, examples=[["node", "data.js"]])
    """Command of the container."""

    path: str = Field(default="/data", pattern=r"^/[^:]*[^:/]$")
    """Folder at which both containers see the shared volume; `DATA_DIR` in their environment."""

    image: str | None = None
    """Image of the container; the application's own unless given."""


class AppArgs(Model):
    """An application: an image, a port, a number of replicas, and how it is seen to be well."""

    port: int = Field(default=8080, ge=1, le=65535)
    """Port on which the application's container listens; `PORT` in its environment."""

    replicas: int = Field(default=3, ge=0, le=1000)
    """Number of pods."""

    env: dict[str, str] = Field(default_factory=dict)
    """Environment variables of the application's container."""

    data: DataArgs | None = None
    """A container with the data that the application uses."""

    health: str | None = Field(default=None, examples=["/healthz"])
    """HTTP path that answers 2xx once the application can serve; without it, an open port."""

    startup_seconds: int = Field(default=60, ge=1, le=3600)
    """How long a new pod may take to become ready, image pull included."""

    drain_seconds: int = Field(default=5, ge=0, le=600)
    """How long an ending pod still serves while the news that it ends spreads."""

    node_loss_seconds: int = Field(default=30, ge=0, le=86400)
    """After how long the pods of a node that does not answer any more are made anew elsewhere;
    Kubernetes itself waits for five minutes."""

    user: int = Field(default=1000, ge=1)
    """Numeric user that the containers run as."""

    cpu: str = Field(default="25m", pattern=r"^(\d+m|\d+(\.\d+)?)$")
    """CPU that each container asks for, in cores (`0.5`) or thousandths (`500m`)."""

    memory: str = Field(default="96Mi", pattern=r"^\d+(Ki|Mi|Gi|K|M|G)?$")
    """Memory that each container asks for and may at most use."""

    expose: bool = True
    """Whether the application gets a URL outside the cluster."""

    namespace: str | None = Field(default=None, pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
    """Namespace of the application; the stack's own unless given."""

    @field_validator("env")
    @classmethod
    def _names_are_variables(cls, env: dict[str, str]) -> dict[str, str]:
        wrong = [name for name in env if not name or "=" in name or name[0].isdigit()]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: a variable's name has no = and no first digit")
        return env

    @field_validator("health")
    @classmethod
    def _health_is_a_path(cls, health: str | None) -> str | None:
        if health is not None and not health.startswith("/"):
            raise ValueError(f"a health path begins with a slash, e.g. /{health}")
        return health
