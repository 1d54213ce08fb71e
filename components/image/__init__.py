"""Image: an application's image, built from its Dockerfile or already in a registry."""

from ..lazy import names_of

__getattr__, __dir__, __all__ = names_of(__name__, __file__)
