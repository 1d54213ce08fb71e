"""Target: the cluster that a stack deploys to, chosen by the stack file."""

from ..lazy import names_of

__getattr__, __dir__, __all__ = names_of(__name__, __file__)
