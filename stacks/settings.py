"""What a stack file may say: the components' own argument models, put together."""

from typing import Self

import pulumi
from pydantic import Field

from components.app.args import AppArgs
from components.image.args import ImageArgs
from components.model import Model


class Settings(Model):
    """The keys `slipway:name`, `slipway:image` and `slipway:app`; the target reads its own."""

    name: str = Field(default="web", pattern=r"^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$")
    """Name of the application: of its image, Deployment and Service."""

    image: ImageArgs = ImageArgs()
    app: AppArgs = AppArgs()

    @classmethod
    def load(cls) -> Self:
        """The settings of the stack that is being deployed.

        Raises components.SettingsError, which lists every wrong setting.
        """
        config = pulumi.Config("slipway")
        data = {
            "name": config.get("name"),
            "image": config.get_object("image"),
            "app": config.get_object("app"),
        }
        given = {key: value for key, value in data.items() if value is not None}
        return cls.parse(given, f"stack {pulumi.get_stack()}, slipway")
