"""Cluster: a local Kubernetes cluster, made by kind."""

from ..lazy import names_of

__getattr__, __dir__, __all__ = names_of(__name__, __file__)
