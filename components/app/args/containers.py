"""What can be said about a container."""

import re
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from ...registry.reference import ImageReference
from ...settings.model import Model
from .health import HealthArgs
from .storage import WritableArgs
from .values import DNS_LABEL, Path, Plain, Text, ValueFromArgs, Variable

_CPU = r"^(\d+m|\d+(\.\d{1,3})?)$"
_BYTES = r"^\d+(Ki|Mi|Gi|Ti|k|M|G|T)?$"
_POWERS = {
    "": 1,
    **{unit: 1000**power for power, unit in enumerate(("k", "M", "G", "T"), 1)},
    **{unit: 1024**power for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti"), 1)},
}

Cpu = Annotated[str, Field(pattern=_CPU)]
Bytes = Annotated[str, Field(pattern=_BYTES)]


def amount(quantity: str) -> Decimal:
    """A quantity of Kubernetes' as a number: cores or bytes.

    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    if quantity.endswith("m"):
        return Decimal(quantity[:-1]) / 1000
    number, unit = re.fullmatch(r"([\d.]+)(\D*)", quantity).groups()  # pyright: ignore[reportOptionalMemberAccess]
    return Decimal(number) * _POWERS[unit]


class ContainerArgs(Model):
    """What every container of a pod can be told."""

    command: list[Plain] | None = Field(
        default=None, min_length=1, examples=[["node", "server.js"]]
    )
    """Program and arguments, instead of those of the image."""

    args: list[Plain] | None = None
    """Arguments of the program, instead of those of the image."""

    env: dict[Variable, Text] = Field(default_factory=dict)
    """Environment variables."""

    env_from: dict[Variable, ValueFromArgs] = Field(default_factory=dict)
    """Environment variables whose values something else in the cluster has."""

    cpu: Cpu = Field(default="25m", examples=["250m"])
    """CPU that the container asks for, in cores (`0.5`) or thousandths (`500m`)."""

    cpu_limit: Cpu | None = None
    """CPU that it may at most use; without, idle cores are not left idle."""

    memory: Bytes = Field(default="96Mi", examples=["256Mi"])
    """Memory that the container asks for."""

    memory_limit: Bytes | None = None
    """Memory that it may at most use; what it asks for unless given."""

    disk: Bytes = "64Mi"
    """Disk of the node that it asks for: its logs and `writable` paths."""

    disk_limit: Bytes = "1Gi"
    """Disk of the node that it may at most use, before its pod is evicted."""

    @model_validator(mode="after")
    def _container_is_sound(self) -> Self:
        pairs = [
            ("cpuLimit", self.cpu_limit, "cpu", self.cpu),
            ("memoryLimit", self.memory_limit, "memory", self.memory),
            ("diskLimit", self.disk_limit, "disk", self.disk),
        ]
        for limit_name, limit, request_name, request in pairs:
            if limit is not None and amount(limit) < amount(request):
                raise ValueError(
                    f"{limit_name} {limit} is less than {request_name} {request}, which the "
                    f"container asks for; {request} or more"
                )
        if both := self.env.keys() & self.env_from.keys():
            raise ValueError(f"{', '.join(sorted(both))} stands in both env and envFrom; leave one")
        return self


def _whole_reference(image: str | None) -> str | None:
    if image is not None:
        ImageReference.parse(image)
    return image


class _HelperArgs(ContainerArgs):
    """A container beside that of the application."""

    name: str = Field(pattern=DNS_LABEL, examples=["proxy"])
    """Name of the container."""

    image: str | None = Field(default=None, examples=["docker.io/owner/name:tag"])
    """Image of the container; the application's own unless given."""

    secrets: list[Variable] = Field(default_factory=list, examples=[["TOKEN"]])
    """Which of the application's `secrets` the container gets."""

    mounts: list[Path] = Field(default_factory=list, examples=[["/data"]])
    """Which of the application's paths (`writable`, `files`, `storage`) the container sees."""

    @field_validator("image")
    @classmethod
    def _image_is_one(cls, image: str | None) -> str | None:
        return _whole_reference(image)


class SidecarArgs(_HelperArgs):
    """A container that starts before the application, runs beside it, and ends after it.

    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """

    port: int | None = Field(default=None, ge=1, le=65535)
    """Port on which it listens."""

    health: HealthArgs | None = Field(default=None, examples=["/healthz"])
    """What tells that it is well; an open port unless given, if it has one."""

    @model_validator(mode="after")
    def _health_has_a_port(self) -> Self:
        health = self.health
        if health and health.exec is None and health.port is None and self.port is None:
            raise ValueError(f"the health of the sidecar {self.name} needs its `port`")
        return self


class InitArgs(_HelperArgs):
    """A container that has to end well before the application starts."""


class DataArgs(ContainerArgs):
    """A container with the data that the application uses: a sidecar and a shared volume.

    It writes to the volume, the application reads it.
    """

    command: list[Plain] | None = Field(default=None, min_length=1, examples=[["node", "data.js"]])
    """Command of the container; that of its image unless given."""

    path: Path = "/data"
    """Folder at which both containers see the shared volume; `DATA_DIR` in their environment."""

    size: Bytes = "64Mi"
    """Size of the volume."""

    image: str | None = None
    """Image of the container; the application's own unless given, with another `command`."""

    health: HealthArgs | None = None
    """What tells that it is well."""

    @field_validator("image")
    @classmethod
    def _image_is_one(cls, image: str | None) -> str | None:
        return _whole_reference(image)

    @model_validator(mode="after")
    def _is_another_program(self) -> Self:
        if self.image is None and self.command is None:
            raise ValueError("it needs `command`, e.g. ['node', 'data.js'], or an `image`")
        return self

    @property
    def sidecar(self) -> SidecarArgs:
        """The container as the sidecar that it is."""
        given: dict[str, Any] = {name: getattr(self, name) for name in ContainerArgs.model_fields}
        given["env"] = {"DATA_DIR": self.path, **self.env}
        given |= {"name": "data", "image": self.image, "health": self.health, "port": None}
        return SidecarArgs.model_construct(None, **given, secrets=[], mounts=[self.path])

    @property
    def volume(self) -> WritableArgs:
        """The volume as the writable path that it is."""
        return WritableArgs(path=self.path, size=self.size)
