"""Causes for which a container that runs is not ready, or is restarted by its probe."""

import re
from collections.abc import Callable
from typing import NamedTuple

from ..details import part
from ..pods import Container
from ..trouble import Finding, Patience, Probe
from .answers import liveness_of, probe_of
from .cause import Cause, words
from .settings import setting


def _answered(
    pattern: str, describe: Callable[[re.Match[str], Container, Probe], Finding]
) -> Callable[[Container], Finding | None]:
    """Return the recogniser of an answer of a probe."""
    compiled = words(pattern)

    def recognise(container: Container) -> Finding | None:
        probe = probe_of(container)
        match = compiled.search(probe.answer) if probe else None
        return describe(match, container, probe) if match and probe else None

    return recognise


def _health(container: Container, text: str) -> str:
    return setting(container, f"health: {text}")


def _refused(match: re.Match[str], container: Container, probe: Probe) -> Finding:
    del match
    return Finding(
        f"runs, but does not listen on port {probe.port}: its {probe.kind} probe is refused",
        "The probe opens the port that the settings name, from outside the container. The program "
        "listens on another port, on 127.0.0.1 only, or has not come that far.",
        f"let it listen on 0.0.0.0:{probe.port}, or set the port that it has, e.g. "
        f"{setting(container, 'port: 3000')}",
        probe,
    )


def _timeout(match: re.Match[str], container: Container, probe: Probe) -> Finding:
    del match
    spec = part(container.spec, f"{probe.kind}Probe")
    seconds = spec.get("timeoutSeconds") or 1
    return Finding(
        f"runs, but does not answer its {probe.kind} probe ({probe.check}) within {seconds} s",
        "The program accepts the request and does not answer in time: it is busy, waits for "
        "something else, or hangs.",
        "make the check cheap, or allow more time, e.g. "
        + _health(container, "{http: /healthz, timeoutSeconds: 10}"),
        probe,
    )


class _Advice(NamedTuple):
    explanation: str
    next_step: str


def _status(match: re.Match[str], container: Container, probe: Probe) -> Finding:
    code = int(match["code"])
    summary = f"answers its {probe.kind} probe ({probe.check}) with HTTP status {code}"
    return Finding(summary, *_of_code(code, container), probe)


def _of_code(code: int, container: Container) -> _Advice:
    """Return explanation and next step of an HTTP status; only 2xx and 3xx count as ready."""
    if code == 404:
        return _Advice(
            "The program serves, and has nothing at that path.",
            f"set a path that it has, e.g. {_health(container, '/')} or "
            + _health(container, "{tcp: true}"),
        )
    if code == 400:
        return _Advice(
            "The program refuses the request itself: mostly as it checks the Host header, which "
            "is the pod's address in a probe, or as it expects HTTPS on this port.",
            "let it accept any Host on the health path (Django: ALLOWED_HOSTS), or check the open "
            f"port only: {_health(container, '{tcp: true}')}",
        )
    if code in (401, 403):
        return _Advice(
            "The program asks for a login on that path, and a probe has none.",
            f"serve the health path without a login, or {_health(container, '{tcp: true}')}",
        )
    if code >= 500:
        return _Advice(
            "The program answers that it cannot serve: mostly as something that it needs, such as "
            "a database, is missing.",
            "read its log; check `env`, `secrets` and what it calls (`calls`, `egress`)",
        )
    return _Advice(
        "Only a status from 200 to 399 counts as ready.",
        f"set a path that answers 200, e.g. {_health(container, '/healthz')}",
    )


def _grpc(match: re.Match[str], container: Container, probe: Probe) -> Finding:
    del match
    return Finding(
        f"does not pass its {probe.kind} probe ({probe.check})",
        "The gRPC health service of the program is missing, or reports another state than SERVING.",
        f"implement grpc.health.v1.Health, or {_health(container, '{tcp: true}')}",
        probe,
    )


def _command(match: re.Match[str], container: Container, probe: Probe) -> Finding:
    del match
    return Finding(
        f"does not pass its {probe.kind} probe ({probe.check})",
        "The command of the probe runs in the container, and must end with exit code 0.",
        f"run it by hand: `kubectl --namespace={container.pod.namespace} exec "
        f"{container.pod.name} -c {container.name} -- COMMAND`",
        probe,
    )


def _slow(container: Container) -> Finding | None:
    return Finding(
        "runs, but has not become ready in time",
        "A new container must pass its health check within `startupSeconds`.",
        f"allow more time, e.g. `startupSeconds: 120`; {container.pod.described} has more",
        probe_of(container),
    )


def _liveness(container: Container) -> Finding | None:
    probe = liveness_of(container)
    if probe is None:
        return None
    return Finding(
        f"was restarted, as it did not pass its liveness probe ({probe.check})",
        "The kubelet restarts a container that runs and does not answer any more.",
        "find out from its log why it hangs, or allow more time, e.g. "
        + _health(container, "{http: /healthz, restartSeconds: 120}"),
        probe,
    )


_READINESS = Patience.READINESS
_TIMED_OUT = r"deadline exceeded|timeout|timed out"
UNREADY: tuple[Cause[Container], ...] = (
    Cause("probe-refused", _READINESS, _answered(r"connection refused", _refused)),
    Cause("probe-400", _READINESS, _answered(r"statuscode: (?P<code>400)", _status)),
    Cause("probe-404", _READINESS, _answered(r"statuscode: (?P<code>404)", _status)),
    Cause("probe-500", _READINESS, _answered(r"statuscode: (?P<code>5\d\d)", _status)),
    Cause("probe-status", _READINESS, _answered(r"statuscode: (?P<code>\d+)", _status)),
    Cause("probe-grpc", _READINESS, _answered(r"grpc|responded with|health rpc", _grpc)),
    Cause("probe-timeout", _READINESS, _answered(_TIMED_OUT, _timeout)),
    Cause("probe-failed", _READINESS, _answered(r"", _command)),
    Cause("slow-start", _READINESS, _slow),
)
"""Causes of a container that runs and is not ready, the most telling first."""

ENDS: tuple[Cause[Container], ...] = (Cause("liveness", Patience.CRASHES, _liveness),)
"""Cause of a process that its probe ended."""
