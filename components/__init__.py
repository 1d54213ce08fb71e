"""Pulumi components that take an application from its Dockerfile to a Kubernetes service.

Import them as `slipway`; in a checkout `components` is the same package.
"""

from .app import App
from .app.args import (
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
from .app.keywords import AppKeywords
from .dynamic import find_provider as find_provider  # the state names it
from .image import Image, ImageArgs, ImageKeywords
from .kind import Cluster, ClusterArgs, ClusterKeywords
from .lock import Lock
from .registry import Registry, RegistryArgs, RegistryKeywords
from .settings.model import SettingsError
from .targets import Target

__version__ = "0.1.0"
"""Version of the package; pyproject.toml reads it here."""

__all__ = [
    "App",
    "AppArgs",
    "AppKeywords",
    "AutoscaleArgs",
    "Cluster",
    "ClusterArgs",
    "ClusterKeywords",
    "DataArgs",
    "EgressArgs",
    "HealthArgs",
    "Image",
    "ImageArgs",
    "ImageKeywords",
    "IngressArgs",
    "InitArgs",
    "JobArgs",
    "Lock",
    "MigrationArgs",
    "Registry",
    "RegistryArgs",
    "RegistryKeywords",
    "ServiceArgs",
    "SettingsError",
    "SidecarArgs",
    "StorageArgs",
    "Target",
    "ValueFromArgs",
    "WritableArgs",
    "__version__",
]
