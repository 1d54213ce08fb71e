"""Checks of Kubernetes objects without a cluster: schemas, and rules that they do not say.

`check` is the entry, and `refuse` that of previews and updates; everything here is pure and needs
no network. Schemas are loaded when they are first used.
"""

from ..lazy import names_of

__getattr__, __dir__, __all__ = names_of(__name__, __file__)
