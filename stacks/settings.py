"""What a stack file may say: the components' own argument models, put together."""

import json
from typing import Any, Self

import pulumi
from pydantic import Field

from components.app.args import AppArgs
from components.image.args import ImageArgs
from components.model import Model
from components.target.selection import TargetArgs

NAMESPACE = "slipway"

SECRETS = frozenset({"registryPassword"})
"""Keys that the target reads, as secrets; a model of plain values is no place for them."""


class Settings(Model):
    """The keys of a stack file that begin with `slipway:`."""

    name: str = Field(default="web", pattern=r"^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$")
    """Name of the application: of its image, Deployment and Service."""

    target: TargetArgs = Field(examples=[{"product": "kind"}])
    """Where the application goes. `Target.select()` reads it; here it is reported along."""

    image: ImageArgs = ImageArgs()
    app: AppArgs = AppArgs()

    @classmethod
    def load(cls) -> Self:
        """The settings of the stack that is being deployed.

        Raises components.SettingsError, which lists every wrong setting.
        """
        config = pulumi.Config(NAMESPACE)
        places = (key.partition(":") for key in pulumi.runtime.get_config_env())
        keys = {key for namespace, _, key in places if namespace == NAMESPACE} - SECRETS
        given = {key: _value(config.require(key)) for key in keys}
        return cls.parse(given, f"stack {pulumi.get_stack()}, {NAMESPACE}")


def _value(text: str) -> Any:
    """A value of the configuration: Pulumi passes structured ones as JSON, others as they are."""
    try:
        return json.loads(text) if text.startswith(("{", "[")) else text
    except ValueError:
        return text
