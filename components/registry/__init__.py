"""Registry: a container registry on this machine, for the images of a local cluster."""

from ..lazy import names_of

__getattr__, __dir__, __all__ = names_of(__name__, __file__)
