"""What the kubelet asks a container.

https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from ..args import HealthArgs
from .place import Manifest

_LIFE_PERIOD = 10


def probes(health: HealthArgs | None, port: int | str | None, startup_seconds: int) -> Manifest:
    """The three probes of a container; `port` is its own, by number or name.

    The port alone tells whether it lives: one that answers slowly must leave the Service, and not
    be killed. Without health and port there is nothing to ask.
    """
    asked = health or HealthArgs(tcp=True)
    port = asked.port or port
    if port is None and asked.exec is None:
        return {}
    question, life = _question(asked, port), _life(asked, port)
    timeout = {"timeoutSeconds": asked.timeout_seconds}
    beats = min(_LIFE_PERIOD, asked.restart_seconds)
    return {
        "startupProbe": {
            **question,
            **timeout,
            "periodSeconds": 1,
            "failureThreshold": startup_seconds,
        },
        "readinessProbe": {
            **question,
            **timeout,
            "periodSeconds": asked.period_seconds,
            "failureThreshold": asked.failures,
        },
        "livenessProbe": {
            **life,
            "timeoutSeconds": max(5, asked.timeout_seconds),
            "periodSeconds": beats,
            "failureThreshold": -(-asked.restart_seconds // beats),
        },
    }


def _question(asked: HealthArgs, port: int | str | None) -> Manifest:
    if asked.exec is not None:
        return {"exec": {"command": asked.exec}}
    if asked.grpc is not None:
        return {"grpc": {"port": port, "service": asked.grpc}}
    if asked.http is not None:
        return {"httpGet": {"path": asked.http, "port": port}}
    return {"tcpSocket": {"port": port}}


def _life(asked: HealthArgs, port: int | str | None) -> Manifest:
    if asked.exec is None and asked.grpc is None:
        return {"tcpSocket": {"port": port}}
    return _question(asked, port)
