"""Checks of Kubernetes objects without a cluster: schemas, and rules that they do not say.

`check` is the entry; everything here is pure and needs no network.
"""

from .checking import check
from .finding import Finding
from .immutable import immutable_changes

__all__ = ["Finding", "check", "immutable_changes"]
