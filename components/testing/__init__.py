"""Tests of Pulumi programs that reject what an engine or a cluster would reject.

Import it as `slipway.testing`. `deploy` runs a program, `check` reads plain manifests.
"""

from ..checks import Finding, check
from ..checks.finding import UNKNOWN
from .changes import Changes
from .deploying import deploy
from .deployment import Deployment
from .errors import (
    DeploymentError,
    DuplicateResource,
    ProtectedResource,
    RejectedObjects,
    SecretLeak,
    UnansweredCall,
    UnsupportedFeature,
)
from .resource import Resource
from .values import Secret, secret

__all__ = [
    "UNKNOWN",
    "Changes",
    "Deployment",
    "DeploymentError",
    "DuplicateResource",
    "Finding",
    "ProtectedResource",
    "RejectedObjects",
    "Resource",
    "Secret",
    "SecretLeak",
    "UnansweredCall",
    "UnsupportedFeature",
    "check",
    "deploy",
    "secret",
]
