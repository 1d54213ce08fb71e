"""Target: the cluster that a stack deploys to, chosen by the stack file."""

from .base import Namespace, Target
from .kind import KindTarget, KindTargetArgs

__all__ = ["KindTarget", "KindTargetArgs", "Namespace", "Target"]
