"""What the cluster shows of a rollout, moment by moment."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ...diagnosis import Reading, Trouble
from ...k8s.api import Api, ApiError, collection, path_of
from ..manifests import Manifest

_EVENTS_SECONDS = 2.0
"""Seconds from one reading of events and nodes to the next; a quick rollout needs none."""
_REMOVED = "unable to retrieve container logs for "
_SILENCE_SECONDS = 3.0
"""Seconds after which a failed request for a log is one that no node answered."""
_EARLIER = timedelta(minutes=10)
"""Age of events that say why a workload is as it is."""

_CLOCK_MARGIN = timedelta(seconds=5)
"""Clocks of the cluster and of this machine may differ by as much."""


class Watch:
    """Reads a workload with its pods; `manifest` is the version that is rolled out."""

    def __init__(self, api: Api, manifest: Manifest) -> None:
        self._api = api
        self._manifest = manifest
        self._namespace: str = manifest["metadata"]["namespace"]
        self._began = time.monotonic()
        self._events_due = _EVENTS_SECONDS
        self._began_at = datetime.now(UTC) - _CLOCK_MARGIN
        self._node_of: dict[str, str] = {}
        self._silent: set[str] = set()

    @property
    def seconds(self) -> float:
        """Seconds since the rollout began."""
        return time.monotonic() - self._began

    def read_all(self) -> Reading:
        """Return what the cluster shows now, with events and nodes.  Raises ApiError."""
        self._events_due = 0.0
        self._began_at -= _EARLIER
        return self.read()

    def read(self) -> Reading:
        """Return what the cluster shows now.  Raises ApiError."""
        workload = self._api.get(path_of(self._manifest))
        pods = self._list("v1", "Pod", labelSelector=_selector(workload))
        sets: tuple[Manifest, ...] = ()
        if workload["kind"] == "Deployment":
            sets = self._list("apps/v1", "ReplicaSet", labelSelector=_selector(workload))
        self._node_of |= {
            each["metadata"]["name"]: each["spec"].get("nodeName", "") for each in pods
        }
        is_due = self.seconds >= self._events_due
        if is_due:
            self._events_due = self.seconds + _EVENTS_SECONDS
        return Reading(
            seconds=self.seconds,
            now=datetime.now(UTC),
            workload=workload,
            replica_sets=sets,
            pods=pods,
            events=self._events((workload, *sets), pods) if is_due else (),
            nodes=self._nodes(pods) if is_due else (),
        )

    def last_lines(self, trouble: Trouble, count: int) -> list[str]:
        """Return the last lines of the log that shows more of a trouble, if there is one."""
        if trouble.log_of is None or trouble.pod is None:
            return []
        container, previous = trouble.log_of.container, trouble.log_of.previous
        for of_previous in (previous, not previous):
            lines = self.log(trouble.pod, container, previous=of_previous, lines=count)
            if lines:
                return lines
        return []

    def log(self, pod: str, container: str, *, previous: bool, lines: int) -> list[str]:
        """Return the last lines that a container wrote; none if the node has no log of it.

        A node that does not answer is not asked again: each request would take seconds.
        """
        if self._node_of.get(pod) in self._silent:
            return []
        path = f"{collection('v1', 'Pod', self._namespace)}/{pod}/log"
        query = {"container": container, "tailLines": str(lines)}
        if previous:
            query["previous"] = "true"
        asked = time.monotonic()
        try:
            text = self._api.text(path, **query)
        except ApiError:
            if time.monotonic() - asked > _SILENCE_SECONDS:
                self._silent.add(self._node_of.get(pod, ""))
            return []
        # A node that has removed the log answers so, and with success.
        return [] if text.startswith(_REMOVED) else text.splitlines()

    def _list(self, version: str, kind: str, **query: str) -> tuple[Manifest, ...]:
        return tuple(self._api.get(collection(version, kind, self._namespace), **query)["items"])

    def _events(self, owners: Sequence[Manifest], pods: Sequence[Manifest]) -> tuple[Manifest, ...]:
        uids = {each["metadata"]["uid"] for each in (*owners, *pods)}
        claims = {name for pod in pods for name in _claims(pod)}
        return tuple(
            event
            for event in self._list("v1", "Event")
            if _concerns(event, uids, claims) and _time(event) >= self._began_at.isoformat()
        )

    def _nodes(self, pods: Sequence[Manifest]) -> tuple[Manifest, ...]:
        """Return the nodes while a pod is not ready; none where they may not be listed."""
        if all(_is_ready(pod) for pod in pods):
            return ()
        try:
            nodes = tuple(self._api.get("/api/v1/nodes")["items"])
        except ApiError:
            return ()
        self._silent |= {each["metadata"]["name"] for each in nodes if not _is_ready(each)}
        return nodes


def _selector(workload: Manifest) -> str:
    labels: Mapping[str, str] = workload["spec"]["selector"]["matchLabels"]
    return ",".join(f"{key}={value}" for key, value in labels.items())


def _claims(pod: Manifest) -> list[str]:
    """Return the names of a pod's claims."""
    volumes: list[dict[str, Any]] = pod["spec"].get("volumes") or []
    return [
        each["persistentVolumeClaim"]["claimName"]
        for each in volumes
        if "persistentVolumeClaim" in each
    ]


def _concerns(event: Manifest, uids: set[str], claims: set[str]) -> bool:
    about: Mapping[str, Any] = event["involvedObject"]
    is_claim = about.get("kind") == "PersistentVolumeClaim" and about.get("name") in claims
    return is_claim or about.get("uid") in uids


def _time(event: Manifest) -> str:
    """Return when an event was seen last: RFC 3339, which sorts by time."""
    series: Mapping[str, Any] = event.get("series") or {}
    seen = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return str(seen or event["metadata"]["creationTimestamp"])


def _is_ready(each: Manifest) -> bool:
    """Return whether a pod or a node is ready."""
    conditions: list[Mapping[str, Any]] = each.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
