"""A real API server for tests: what it refuses, a cluster refuses.

kube-apiserver and etcd run as processes, without nodes and without Docker. The plugin for pytest
has the fixture `api_server`.
"""

from .control_plane import ControlPlaneFailed
from .programs import ProgramsMissing
from .server import ApiServer, Refusal, RefusedObjects

__all__ = ["ApiServer", "ControlPlaneFailed", "ProgramsMissing", "Refusal", "RefusedObjects"]
