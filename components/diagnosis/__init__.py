"""Diagnosis of rollouts and workloads: why something does not get healthy, in words.

Pure: it judges what others have read of a cluster, and reads nothing itself.
"""

from ..lazy import names_of

__getattr__, __dir__, __all__ = names_of(__name__, __file__)
