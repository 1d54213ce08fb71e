"""The probes of a container.

https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from ..args import HealthArgs
from ..placement import Manifest

_LIVENESS_PERIOD = 10


def probes(health: HealthArgs | None, port: int | str | None, startup_seconds: int) -> Manifest:
    """Return the three probes of a container; `port` is its own, by number or name.

    Liveness is an open port: a container that answers slowly must be taken out of the Service, and
    not be restarted. Without health and port there are no probes.
    """
    health = health or HealthArgs(tcp=True)
    port = health.port or port
    if port is None and health.exec is None:
        return {}
    check, liveness = _check(health, port), _liveness(health, port)
    timeout = {"timeoutSeconds": health.timeout_seconds}
    period = min(_LIVENESS_PERIOD, health.restart_seconds)
    return {
        "startupProbe": {
            **check,
            **timeout,
            "periodSeconds": 1,
            "failureThreshold": startup_seconds,
        },
        "readinessProbe": {
            **check,
            **timeout,
            "periodSeconds": health.period_seconds,
            "failureThreshold": health.failures,
        },
        "livenessProbe": {
            **liveness,
            "timeoutSeconds": max(5, health.timeout_seconds),
            "periodSeconds": period,
            "failureThreshold": -(-health.restart_seconds // period),
        },
    }


def _check(health: HealthArgs, port: int | str | None) -> Manifest:
    if health.exec is not None:
        return {"exec": {"command": health.exec}}
    if health.grpc is not None:
        return {"grpc": {"port": port, "service": health.grpc}}
    if health.http is not None:
        return {"httpGet": {"path": health.http, "port": port}}
    return {"tcpSocket": {"port": port}}


def _liveness(health: HealthArgs, port: int | str | None) -> Manifest:
    if health.exec is None and health.grpc is None:
        return {"tcpSocket": {"port": port}}
    return _check(health, port)
