"""What of a pod's file system can be written, and what of it stays."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ...settings.model import Model
from .values import OBJECT_NAME, Path

Size = Annotated[str, Field(pattern=r"^[1-9]\d*(Ki|Mi|Gi|Ti|k|M|G|T)?$")]


class WritableArgs(Model):
    """A path that can be written, and is empty in each new pod; a plain text is `path`."""

    path: Path = Field(examples=["/var/cache/app"])
    """Folder in the container."""

    size: Size = "64Mi"
    """How much it may hold."""

    memory: bool = False
    """Whether it is in memory, which counts towards the container's."""

    @model_validator(mode="before")
    @classmethod
    def _text_is_a_path(cls, data: Any) -> Any:
        return {"path": data} if isinstance(data, str) else data


class StorageArgs(Model):
    """A persistent volume of each pod of a StatefulSet."""

    path: Path = Field(examples=["/var/lib/app"])
    """Folder in the container."""

    size: Size = Field(examples=["1Gi"])
    """Its size."""

    storage_class: str | None = Field(default=None, pattern=OBJECT_NAME)
    """StorageClass; the cluster's default one unless given."""

    access: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"] = "ReadWriteOnce"
    """How nodes may mount it."""

    retain: bool = True
    """Whether the volumes outlive the StatefulSet."""
