"""Target: the cluster that a stack deploys to, chosen by the stack file."""

from .base import Namespace, Target, TargetArgs
from .cloud import CloudTarget, CloudTargetArgs
from .kind import KindTarget, KindTargetArgs
from .local import LocalTargetArgs
from .minikube import MinikubeTarget, MinikubeTargetArgs
from .selection import AnyTargetArgs

__all__ = [
    "AnyTargetArgs",
    "CloudTarget",
    "CloudTargetArgs",
    "KindTarget",
    "KindTargetArgs",
    "LocalTargetArgs",
    "MinikubeTarget",
    "MinikubeTargetArgs",
    "Namespace",
    "Target",
    "TargetArgs",
]
