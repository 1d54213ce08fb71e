"""Answers of probes, as the kubelet writes them into events."""

import re
from typing import cast

from ..details import Details, entries, part
from ..events import Event
from ..pods import Container
from ..times import parsed
from ..trouble import Finding, Probe
from .paths import announced_port

_FAILED = re.compile(
    r"^(Startup|Readiness|Liveness) probe (?:failed|errored)[^:]*: ?(.*)", re.DOTALL
)


def probe_of(container: Container) -> Probe | None:
    """Return the probe that keeps a container from being ready, with its last answer."""
    failed = [(each, match) for each in container.events if (match := _FAILED.match(each.message))]
    failed = [(each, match) for each, match in failed if match[1] != "Liveness"]
    if not failed:
        return None
    _, match = max(failed, key=lambda pair: pair[0].last)
    kind = match[1].lower()
    spec = part(container.spec, f"{kind}Probe")
    port = _port(container, spec)
    return Probe(kind, _check(spec, port), port, " ".join(match[2].split()))


def _check(spec: Details, port: int | str | None) -> str:
    """Return what a probe asks, such as `http GET :8080/healthz`."""
    if http := spec.get("httpGet"):
        return f"http GET :{port}{http.get('path') or '/'}"
    if spec.get("tcpSocket"):
        return f"tcp :{port}"
    if grpc := spec.get("grpc"):
        return f"grpc :{port} {grpc.get('service') or ''}".rstrip()
    command = cast("list[str]", part(spec, "exec").get("command") or [])
    return " ".join(("command", *command))


def _port(container: Container, spec: Details) -> int | str | None:
    """Return the port of a probe, by number where the container names it."""
    action = part(spec, "httpGet") or part(spec, "tcpSocket") or part(spec, "grpc")
    ports = {each.get("name"): each["containerPort"] for each in entries(container.spec, "ports")}
    return ports.get(action.get("port"), action.get("port"))


def liveness_of(container: Container) -> Probe | None:
    """Return the liveness probe for which the last run was ended, with its last answer."""
    if _killed_by("liveness", container) is None:
        return None
    matches = (_FAILED.match(each.message) for each in container.events)
    answers = [match[2] for match in matches if match and match[1] == "Liveness"]
    spec = part(container.spec, "livenessProbe")
    answer = " ".join(answers[-1].split()) if answers else "no answer"
    port = _port(container, spec)
    return Probe("liveness", _check(spec, port), port, answer)


def _wrong_port(probe: Probe, port: int, line: str) -> Finding:
    """Return the finding of a program whose log names another port than the probe's."""
    return Finding(
        f"listens on port {port}, and its {probe.kind} probe asks port {probe.port}",
        f"The log has: {line.strip()[:80]}",
        f"set `port: {port}`; or let it listen on {probe.port}, which is in `PORT` of its "
        "environment",
        probe,
    )


def port_in_log(probe: Probe, lines: list[str]) -> Finding | None:
    """Return the finding where a log names another port than a refused probe has."""
    announced = [(port, line) for line in lines if (port := announced_port(line)) is not None]
    if not announced or any(port == probe.port for port, _ in announced):
        return None
    port, line = announced[-1]
    return _wrong_port(probe, port, line)


def _killed_by(kind: str, container: Container) -> Event | None:
    """Return the event by which the kubelet ended the last run for a failed probe."""
    end = container.last_end
    if end is None:
        return None
    started = parsed(end.get("startedAt"))
    kills = (each for each in container.events if each.reason == "Killing")
    matching = (each for each in kills if f"failed {kind} probe" in each.message)
    return next((each for each in matching if each.last >= started), None)


def was_stopped_by_startup(container: Container) -> bool:
    """Return whether the kubelet ended the last run as it did not become ready in time."""
    return _killed_by("startup", container) is not None
