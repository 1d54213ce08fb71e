"""The causes for which a workload does not get healthy, by where they show; most telling first."""

from ..pods import Container, Pod
from . import configuration, image, nodes, probes, process, scheduling, start, volumes
from .cause import Cause
from .controllers import CAUSES as WORKLOAD

POD: tuple[Cause[Pod], ...] = (nodes.LOST, *scheduling.CAUSES, *volumes.CAUSES)
"""Causes of a pod whose containers cannot start, or are not heard of."""

WAITS: tuple[Cause[Container], ...] = (*configuration.WAITS, *image.WAITS)
"""Causes of a container that the runtime is not asked to start."""

STARTS: tuple[Cause[Container], ...] = start.STARTS
"""Causes of a container that the runtime cannot start."""

ENDS: tuple[Cause[Container], ...] = (*probes.ENDS, *start.STARTS, *process.ENDS)
"""Causes of a run that has ended."""

UNREADY: tuple[Cause[Container], ...] = probes.UNREADY
"""Causes of a container that runs and is not ready."""

EVICTED: Cause[Pod] = nodes.EVICTED
"""Cause of a pod that its node has ended for what it did."""

__all__ = ["ENDS", "EVICTED", "POD", "STARTS", "UNREADY", "WAITS", "WORKLOAD"]
