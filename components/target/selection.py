"""The target that the stack file selects; the one place of the components that reads it."""

import os
from typing import Annotated

import pulumi
from pydantic import Field

from ..model import Model
from .base import Target
from .cloud import CloudTarget, CloudTargetArgs
from .kind import KindTarget, KindTargetArgs

TargetArgs = Annotated[KindTargetArgs | CloudTargetArgs, Field(discriminator="product")]
"""What `slipway:target` may say: `product` tells which of these it is."""

_PASSWORD_VARIABLE = "SLIPWAY_REGISTRY_PASSWORD"


class _Selection(Model):
    target: TargetArgs = Field(examples=[{"product": "kind"}])


def selected() -> Target:
    """The target that `slipway:target` selects.

    Raises SettingsError when there is none, or its settings do not validate.
    """
    config = pulumi.Config("slipway")
    settings = config.get_object("target")
    given = {} if settings is None else {"target": settings}
    args = _Selection.parse(given, f"stack {pulumi.get_stack()}, slipway").target
    if isinstance(args, KindTargetArgs):
        return KindTarget("target", args)
    return CloudTarget("target", args, password=_password(config))


def _password(config: pulumi.Config) -> pulumi.Output[str] | None:
    if word := os.environ.get(_PASSWORD_VARIABLE):
        return pulumi.Output.secret(word)
    return config.get_secret("registryPassword")
