"""The target that the stack file selects; the one place of the components that reads it."""

from typing import Annotated

from pydantic import Field

from ..settings.model import Model
from ..settings.stack_file import stack_settings
from .base import Target, TargetArgs
from .cloud import CloudTargetArgs
from .kind import KindTargetArgs
from .minikube import MinikubeTargetArgs

AnyTargetArgs = Annotated[
    KindTargetArgs | MinikubeTargetArgs | CloudTargetArgs, Field(discriminator="product")
]
"""Settings of any target: `product` selects which of these they are."""


class _Selection(Model):
    """Settings that select a target; others of the stack file are not validated."""

    target: AnyTargetArgs = Field(examples=[{"product": "kind"}])
    production: bool = False


def _selection() -> tuple[TargetArgs, bool]:
    """Return `slipway:target` and `slipway:production`.

    Raises SettingsError when there is no target, or they do not validate.
    """
    settings, where = stack_settings()
    given = {key: settings[key] for key in ("target", "production") if key in settings}
    selection = _Selection.parse(given, where)
    return selection.target, selection.production


Target.selection = staticmethod(_selection)
