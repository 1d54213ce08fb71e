"""Diagnosis of rollouts and workloads: why something does not get healthy, in words.

Pure: it judges what others have read of a cluster, and reads nothing itself.
"""

from .completion import is_complete
from .diagnose import troubles
from .judge import Judge
from .masking import masked
from .message import explain, refined
from .reading import Limits, Reading
from .trouble import Log, Patience, Probe, Trouble
from .verdict import Failed, Going, Healthy, Verdict

__all__ = [
    "Failed",
    "Going",
    "Healthy",
    "Judge",
    "Limits",
    "Log",
    "Patience",
    "Probe",
    "Reading",
    "Trouble",
    "Verdict",
    "explain",
    "is_complete",
    "masked",
    "refined",
    "troubles",
]
