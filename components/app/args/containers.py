"""The settings of containers: the application's own, and those beside it."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from ...k8s.quantity import amount, between
from ...registry.reference import ImageReference
from ...settings.model import Model
from .health import HealthArgs
from .storage import Size, WritableArgs
from .values import DNS_LABEL, Path, Plain, Text, ValueFromArgs, Variable

_CPU = r"^(\d+m|\d+(\.\d{1,3})?)$"
_BYTES = r"^\d+(Ki|Mi|Gi|Ti|k|M|G|T)?$"

APPLICATION = "application"
"""Name of the application's own image among those of containers; none of them may have it."""

_LONGEST_NAME = 59
"""Characters of a container's name: its volume for temporary files is called `tmp-` and that."""


def _cpu(quantity: str) -> str:
    return between(quantity, "1m", "4096")


def _memory(quantity: str) -> str:
    # No program starts with less: it would be ended at once, again and again.
    return between(quantity, "4Mi", "64Ti")


def _disk(quantity: str) -> str:
    return between(quantity, "1Mi", "64Ti")


Cpu = Annotated[str, Field(pattern=_CPU), AfterValidator(_cpu)]
Memory = Annotated[str, Field(pattern=_BYTES), AfterValidator(_memory)]
Disk = Annotated[str, Field(pattern=_BYTES), AfterValidator(_disk)]


class ContainerArgs(Model):
    """The settings that every container of a pod has."""

    former_names: ClassVar[Mapping[str, str]] = {
        "disk": "ephemeral_storage",
        "disk_limit": "ephemeral_storage_limit",
    }

    command: list[Plain] | None = Field(
        default=None, min_length=1, examples=[["node", "server.js"]]
    )
    """Program and arguments, instead of the image's."""

    args: list[Plain] | None = None
    """Arguments of the program, instead of the image's."""

    env: dict[Variable, Text] = Field(default_factory=dict)
    """Environment variables."""

    env_from: dict[Variable, ValueFromArgs] = Field(default_factory=dict)
    """Environment variables with values from Secrets, ConfigMaps and fields of the pod."""

    cpu: Cpu = Field(default="25m", examples=["250m"])
    """CPU request, in cores (`0.5`) or thousandths of one (`500m`)."""

    cpu_limit: Cpu | None = None
    """CPU limit; no limit unless set, so that idle cores can be used."""

    memory: Memory = Field(default="96Mi", examples=["256Mi"])
    """Memory request."""

    memory_limit: Memory | None = None
    """Memory limit; the request unless given."""

    ephemeral_storage: Disk = "64Mi"
    """Request for disk of the node, which logs and `writable` paths use."""

    ephemeral_storage_limit: Disk = "1Gi"
    """Limit of disk of the node, beyond which the pod is evicted."""

    @model_validator(mode="after")
    def _container_is_sound(self) -> Self:
        pairs = [
            ("cpuLimit", self.cpu_limit, "cpu", self.cpu),
            ("memoryLimit", self.memory_limit, "memory", self.memory),
            (
                "ephemeralStorageLimit",
                self.ephemeral_storage_limit,
                "ephemeralStorage",
                self.ephemeral_storage,
            ),
        ]
        for limit_name, limit, request_name, request in pairs:
            if limit is not None and amount(limit) < amount(request):
                raise ValueError(
                    f"{limit_name} {limit} is less than the request, {request_name} {request}; set "
                    f"{request} or more"
                )
        if both := self.env.keys() & self.env_from.keys():
            raise ValueError(f"{', '.join(sorted(both))} is in both env and envFrom; remove one")
        return self


def _parsed_reference(image: str | None) -> str | None:
    if image is not None:
        ImageReference.parse(image)
    return image


class _HelperArgs(ContainerArgs):
    """A container beside the application's."""

    name: str = Field(pattern=DNS_LABEL, max_length=_LONGEST_NAME, examples=["proxy"])
    """Name of the container."""

    image: str | None = Field(default=None, examples=["docker.io/owner/name:tag"])
    """Image of the container; the application's own unless given."""

    secrets: list[Variable] = Field(default_factory=list, examples=[["TOKEN"]])
    """Names of the application's `secrets` that the container gets."""

    mounts: list[Path] = Field(default_factory=list, examples=[["/data"]])
    """Paths of the application (`writable`, `files`, `storage`) that the container mounts too."""

    @field_validator("image")
    @classmethod
    def _image_is_a_reference(cls, image: str | None) -> str | None:
        return _parsed_reference(image)

    @field_validator("name")
    @classmethod
    def _name_is_not_reserved(cls, name: str) -> str:
        if name == APPLICATION:
            raise ValueError(
                f"the stack's lock file names the application's own image {APPLICATION}; rename "
                "the container"
            )
        return name

    @model_validator(mode="after")
    def _is_another_program(self) -> Self:
        settings = ("image", "command", "args", "env", "env_from")
        if not self.model_fields_set & set(settings):
            raise ValueError(
                f"the container {self.name} would run the application once more; it needs "
                "`command`, e.g. ['node', 'proxy.js'], `args`, `env` or an `image`"
            )
        if both := self.env.keys() & set(self.secrets):
            raise ValueError(
                f"{', '.join(sorted(both))} is a plain variable and a secret of the container "
                f"{self.name}; remove one"
            )
        return self


class SidecarArgs(_HelperArgs):
    """A container that starts before the application, runs beside it, and ends after it.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """

    port: int | None = Field(default=None, ge=1, le=65535)
    """Port on which it listens."""

    health: HealthArgs | None = Field(default=None, examples=["/healthz"])
    """Health check; an open port unless given, if the container has a port."""

    @model_validator(mode="after")
    def _health_has_a_port(self) -> Self:
        health = self.health
        if health and health.exec is None and health.port is None and self.port is None:
            raise ValueError(f"the health of the sidecar {self.name} needs its `port`")
        return self


class InitArgs(_HelperArgs):
    """A container that has to succeed before the application starts."""


class DataArgs(ContainerArgs):
    """A container that provides data: it writes to a volume, which the application reads."""

    command: list[Plain] | None = Field(default=None, min_length=1, examples=[["node", "data.js"]])
    """Command of the container; that of its image unless given."""

    path: Path = "/data"
    """Path at which both containers mount the shared volume; `DATA_DIR` in their environment."""

    size: Size = "64Mi"
    """Size of the volume."""

    image: str | None = None
    """Image of the container; the application's own unless given, with another `command`."""

    health: HealthArgs | None = None
    """Health check."""

    @field_validator("image")
    @classmethod
    def _image_is_a_reference(cls, image: str | None) -> str | None:
        return _parsed_reference(image)

    @model_validator(mode="after")
    def _runs_another_program(self) -> Self:
        if self.image is None and self.command is None:
            raise ValueError("it needs `command`, e.g. ['node', 'data.js'], or an `image`")
        return self

    @property
    def sidecar(self) -> SidecarArgs:
        """The container as a sidecar."""
        given: dict[str, Any] = {name: getattr(self, name) for name in ContainerArgs.model_fields}
        given["env"] = {"DATA_DIR": self.path, **self.env}
        given |= {"name": "data", "image": self.image, "health": self.health, "port": None}
        return SidecarArgs.model_construct(None, **given, secrets=[], mounts=[self.path])

    @property
    def volume(self) -> WritableArgs:
        """The volume as a writable path."""
        return WritableArgs(path=self.path, size=self.size)
