"""Containers that are to run as root and must not."""

from ...k8s.objects import Manifest
from .fields import section
from .finding import Finding, Found
from .subject import Subject, containers


def user_findings(subject: Subject) -> Found:
    """Return the containers of a pod that no node starts, as their user is root.

    The API server accepts them. What the user of an image is was looked up before.
    """
    return [
        _as_root(subject, container["name"])
        for container in containers(subject.pod_spec)
        if _of(subject.pod_spec, container, "runAsNonRoot") is True
        and _of(subject.pod_spec, container, "runAsUser") == 0
    ]


def _of(pod_spec: Manifest, container: Manifest, field: str) -> object:
    """Return a field of the security context: the container's own, or that of the pod."""
    own = section(container, "securityContext").get(field)
    return section(pod_spec, "securityContext").get(field) if own is None else own


def _as_root(subject: Subject, container: str) -> Finding:
    return Finding(
        cause="root user",
        message=f"{subject.application}: the container {container} is to run as root (user 0) in "
        f"the namespace {subject.namespace}, and its security settings forbid that",
        details="`runAsNonRoot: true` stands beside `runAsUser: 0`; no node starts it",
        next_step="set another user in `user` (slipway:app.user: 1000), or `USER 1000` in the "
        "Dockerfile",
    )
