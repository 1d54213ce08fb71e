"""Pulumi components that take an application from its Dockerfile to a Kubernetes service.

Import them as `components` from a checkout, or as `slipway` where the package is installed, but
not as both: the classes would exist twice, and a state could not tell which made it.
"""

import sys

from .app import (
    App,
    AppArgs,
    AutoscaleArgs,
    DataArgs,
    EgressArgs,
    HealthArgs,
    IngressArgs,
    InitArgs,
    JobArgs,
    MigrationArgs,
    ServiceArgs,
    SidecarArgs,
    StorageArgs,
    ValueFromArgs,
    WritableArgs,
)
from .cluster import Cluster, ClusterArgs
from .image import Image, ImageArgs
from .lock import Lock
from .model import SettingsError
from .registry import Registry, RegistryArgs
from .target import Target

_other = {"components": "slipway", "slipway": "components"}.get(__name__)
if _other in sys.modules and hasattr(sys.modules[_other], "Target"):
    raise ImportError(
        f"`{__name__}` is the same package as `{_other}`, which is already imported; use one name"
    )

__all__ = [
    "App",
    "AppArgs",
    "AutoscaleArgs",
    "Cluster",
    "ClusterArgs",
    "DataArgs",
    "EgressArgs",
    "HealthArgs",
    "Image",
    "ImageArgs",
    "IngressArgs",
    "InitArgs",
    "JobArgs",
    "Lock",
    "MigrationArgs",
    "Registry",
    "RegistryArgs",
    "ServiceArgs",
    "SettingsError",
    "SidecarArgs",
    "StorageArgs",
    "Target",
    "ValueFromArgs",
    "WritableArgs",
]
