"""Failures of a deployment in a test: what Pulumi's engine or a cluster would refuse."""

from collections.abc import Sequence

from ..checks import Finding


class DeploymentError(AssertionError):
    """A program that would not deploy, or not as it says."""


class RejectedObjects(DeploymentError):
    """Kubernetes objects that a cluster would refuse, or that would not work there."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        lines = "\n".join(f"  {each}" for each in findings)
        super().__init__(f"a cluster would refuse {len(findings)} values:\n{lines}")


class SecretLeak(DeploymentError):
    """A secret that is stored, shown or sent in plain."""

    def __init__(self, places: Sequence[str]) -> None:
        self.places = list(places)
        lines = "\n".join(f"  {each}" for each in places)
        super().__init__(
            f"a secret is in plain text in {len(places)} places:\n{lines}\n"
            "keep it an Output (`config.require_secret`, `apply`), or pass `allow_leaks=True`"
        )


class DuplicateResource(DeploymentError):
    """Two resources of one type, parent and name."""


class ProtectedResource(DeploymentError):
    """A resource with `protect=True` that the program no longer has, or that would be replaced."""


class UnansweredCall(DeploymentError):
    """A provider's function, a stack's outputs or a resource that the test gives no answer for."""


class UnsupportedFeature(DeploymentError):
    """A feature of Pulumi's engine that deployments in tests do not have."""
