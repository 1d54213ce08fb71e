"""The target that the stack file selects; the one place of the components that reads it."""

import os
from typing import Annotated

import pulumi
from pydantic import Field

from ..settings.model import Model
from ..settings.stack_file import NAMESPACE, stack_settings
from .base import Target
from .cloud import CloudTarget, CloudTargetArgs
from .kind import KindTarget, KindTargetArgs
from .minikube import MinikubeTarget, MinikubeTargetArgs

TargetArgs = Annotated[
    KindTargetArgs | MinikubeTargetArgs | CloudTargetArgs, Field(discriminator="product")
]
"""What `slipway:target` may say: `product` tells which of these it is."""

_PASSWORD_VARIABLE = "SLIPWAY_REGISTRY_PASSWORD"


class _Selection(Model):
    target: TargetArgs = Field(examples=[{"product": "kind"}])
    production: bool = False


def selected() -> Target:
    """The target that `slipway:target` selects.

    Raises SettingsError when there is none, or its settings do not validate.
    """
    settings, where = stack_settings()
    given = {key: settings[key] for key in ("target", "production") if key in settings}
    selection = _Selection.parse(given, where)
    args = selection.target
    if isinstance(args, KindTargetArgs):
        return KindTarget("target", args, production=selection.production)
    if isinstance(args, MinikubeTargetArgs):
        return MinikubeTarget("target", args, production=selection.production)
    return CloudTarget("target", args, password=_password(), production=selection.production)


def _password() -> pulumi.Output[str] | None:
    if word := os.environ.get(_PASSWORD_VARIABLE):
        return pulumi.Output.secret(word)
    return pulumi.Config(NAMESPACE).get_secret("registryPassword")
