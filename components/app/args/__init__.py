"""The settings of an application: argument models that stack files and programs share."""

from .app import AppArgs
from .containers import ContainerArgs, DataArgs, InitArgs, SidecarArgs
from .health import HealthArgs
from .jobs import JobArgs, MigrationArgs
from .network import EgressArgs, IngressArgs, ServiceArgs
from .scaling import AutoscaleArgs
from .storage import StorageArgs, WritableArgs
from .values import ValueFromArgs

__all__ = [
    "AppArgs",
    "AutoscaleArgs",
    "ContainerArgs",
    "DataArgs",
    "EgressArgs",
    "HealthArgs",
    "IngressArgs",
    "InitArgs",
    "JobArgs",
    "MigrationArgs",
    "ServiceArgs",
    "SidecarArgs",
    "StorageArgs",
    "ValueFromArgs",
    "WritableArgs",
]
