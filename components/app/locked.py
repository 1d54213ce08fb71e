"""Facts of an application in the lock file of a stack, with the sources of its images."""

from collections.abc import Mapping
from typing import Any, cast

import pulumi
from pydantic import Field, model_validator

from ..settings.model import Model
from .args.containers import APPLICATION
from .placement import Facts


class LockedImage(Model):
    """An image in the lock file."""

    source: str
    """The reference of the settings, or their `docker build`: the image is that of no other."""

    image: str = Field(
        pattern=r"^[^\s@]+@sha256:[0-9a-f]+$", examples=["registry.example/team/web@sha256:…"]
    )
    """The image that is deployed."""

    user: int | None = None
    """Numeric user of the image; of the application's own alone, unless the settings name one."""

    group: int | None = None
    """Numeric group of the image, likewise."""


class LockedApp(Model):
    """An application in the lock file."""

    images: dict[str, LockedImage]
    """Images by container; the application's own, which others share, is `application`."""

    @model_validator(mode="before")
    @classmethod
    def _is_of_this_version(cls, data: Any) -> Any:
        if isinstance(data, dict) and "user" in data:
            raise ValueError(
                "an earlier version wrote it, without what its images were looked up for; `make "
                "up` writes the file again"
            )
        return cast("Any", data)


def locked_content(
    facts: Facts, sources: Mapping[str, str], *, user_is_set: bool
) -> dict[str, pulumi.Input[Any]]:
    """Return facts as the lock file has them, with the source of each container's image.

    A user that the settings name was not looked up, and is left out.
    """
    images: dict[str, dict[str, pulumi.Input[Any]]] = {
        container: {"source": source, "image": facts.images[container]}
        for container, source in sources.items()
    }
    if not user_is_set:
        images[APPLICATION] |= {"user": facts.user, "group": facts.group}
    return {"images": images}
