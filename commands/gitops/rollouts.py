"""The rollouts of workloads that a controller applied, judged as those of `up` are."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from commands.cluster import Cluster
from commands.drift.declared import Declared, Manifest, Place
from commands.workloads import last_lines, read, secret_values
from components.diagnosis import Failed, Healthy, Judge, Limits, explain

_KINDS = ("Deployment", "StatefulSet", "Job")
_STARTUP_SECONDS = 600
"""Seconds until a container without a startup probe has to be ready, as Kubernetes has them."""

_NAME = "app.kubernetes.io/name"


@dataclass(frozen=True)
class FailedRollout:
    """A workload whose new version does not get healthy."""

    application: str
    message: str
    """The cause, the last lines of the log and the next step; secrets are masked."""


@dataclass
class Rollouts:
    """The workloads of a folder, each judged from the moment that it is as it is written."""

    cluster: Cluster
    _judges: dict[Place, tuple[Judge, float]] = field(default_factory=dict[Any, Any])
    _healthy: set[Place] = field(default_factory=set[Place])

    @property
    def healthy(self) -> int:
        """Number of workloads that are healthy in their new version."""
        return len(self._healthy)

    def look(
        self, applied: list[Declared], live: Mapping[Place, Manifest]
    ) -> Iterator[str | FailedRollout]:
        """Look once at each workload that is applied and not healthy yet.

        Yields lines about what is waited for, and failures. Raises CommandError where the cluster
        does not answer.
        """
        for each in applied:
            if each.kind in _KINDS and each.place not in self._healthy:
                yield from self._judge(each, dict(live[each.place]))

    def is_waiting_for(self, objects: list[Declared]) -> bool:
        """Return whether one of the workloads is not healthy yet."""
        return any(each.kind in _KINDS and each.place not in self._healthy for each in objects)

    def _judge(self, declared: Declared, live: dict[str, Any]) -> Iterator[str | FailedRollout]:
        judge, began = self._judges.setdefault(
            declared.place, (Judge(limits(declared.manifest)), time.monotonic())
        )
        verdict = judge.judge(read(self.cluster, live, time.monotonic() - began))
        if isinstance(verdict, Healthy):
            self._healthy.add(declared.place)
        elif isinstance(verdict, Failed):
            yield self._failed(declared, live, verdict)
        elif verdict.notice:
            yield f"{_application(declared)}: {verdict.notice}"

    def _failed(self, declared: Declared, live: dict[str, Any], verdict: Failed) -> FailedRollout:
        secrets = secret_values(self.cluster, live["metadata"]["namespace"])
        lines = last_lines(self.cluster, live, verdict.trouble)
        return FailedRollout(_application(declared), explain(verdict.trouble, lines, secrets))


def limits(manifest: Manifest) -> Limits:
    """Return the limits that a manifest gives its rollout."""
    spec: dict[str, Any] = manifest["spec"]
    pod: dict[str, Any] = spec["template"]["spec"]
    starts = [_startup(each.get("startupProbe")) for each in pod["containers"]]
    return Limits(
        startup_seconds=max((each for each in starts if each), default=_STARTUP_SECONDS),
        min_ready_seconds=spec.get("minReadySeconds", 0),
        job_seconds=spec.get("activeDeadlineSeconds") if manifest["kind"] == "Job" else None,
        shutdown_seconds=pod.get("terminationGracePeriodSeconds", 30),
    )


def _startup(probe: dict[str, int] | None) -> int | None:
    """Return for how long a startup probe may fail."""
    if probe is None:
        return None
    period = probe.get("periodSeconds", 10)
    return probe.get("initialDelaySeconds", 0) + period * probe.get("failureThreshold", 3)


def _application(declared: Declared) -> str:
    labels: Mapping[str, str] = declared.manifest["metadata"].get("labels") or {}
    return labels.get(_NAME, str(declared))
