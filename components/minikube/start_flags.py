"""Flags of `minikube start` that make a profile.

https://minikube.sigs.k8s.io/docs/commands/start/
"""

from .inputs import ProfileSettings


def start_flags(settings: ProfileSettings) -> list[str]:
    """Return the flags with which `minikube start` makes a profile of these settings."""
    values = {
        "--container-runtime": settings.container_runtime,
        "--kubernetes-version": settings.kubernetes_version,
        "--memory": f"{settings.memory}mb" if settings.memory else None,
        "--cpus": settings.cpus,
        "--base-image": settings.base_image,
        "--nodes": settings.nodes or 1,
    }
    flags = [f"{flag}={value}" for flag, value in values.items() if value]
    return [*flags, *(["--ha"] if settings.ha else [])]
