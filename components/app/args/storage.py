"""Writable paths of a pod: empty in each new pod, or persistent."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from ...k8s.quantity import between
from ...k8s.syntax import ObjectName
from ...settings.model import Model
from .values import Path


def _size(quantity: str) -> str:
    return between(quantity, "1Mi", "1024Ti")


Size = Annotated[str, Field(pattern=r"^[1-9]\d*(Ki|Mi|Gi|Ti|k|M|G|T)?$"), AfterValidator(_size)]


class WritableArgs(Model):
    """A writable path, empty in each new pod; a plain text is `path`."""

    path: Path = Field(examples=["/var/cache/app"])
    """Path in the container."""

    size: Size = "64Mi"
    """Size limit."""

    memory: bool = False
    """Whether it is kept in memory, which counts towards the container's limit."""

    @model_validator(mode="before")
    @classmethod
    def _text_is_a_path(cls, data: Any) -> Any:
        return {"path": data} if isinstance(data, str) else data


class StorageArgs(Model):
    """A persistent volume of each pod of a StatefulSet."""

    path: Path = Field(examples=["/var/lib/app"])
    """Path in the container."""

    size: Size = Field(examples=["1Gi"])
    """Size of the volume."""

    storage_class: ObjectName | None = None
    """StorageClass; the cluster's default one unless given."""

    access: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"] = "ReadWriteOnce"
    """Access mode: how nodes may mount the volume."""

    retain: bool = True
    """Whether the volumes are kept when the StatefulSet is deleted; the same for each `storage`."""
