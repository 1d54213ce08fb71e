"""Target: the cluster that a stack deploys to, chosen by the stack file."""

from .base import Namespace, Target
from .cloud import CloudTarget, CloudTargetArgs
from .kind import KindTarget, KindTargetArgs
from .minikube import MinikubeTarget, MinikubeTargetArgs

__all__ = [
    "CloudTarget",
    "CloudTargetArgs",
    "KindTarget",
    "KindTargetArgs",
    "MinikubeTarget",
    "MinikubeTargetArgs",
    "Namespace",
    "Target",
]
