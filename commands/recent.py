"""Recent events of a cluster: losses, replacements and restarts."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

PERIOD = timedelta(minutes=30)
_MOST = 12

# Reasons of events that report a loss or a replacement; the others report every step of every pod.
# https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
_REASONS = frozenset(
    {
        "BackOff", "Evicted", "Failed", "FailedScheduling", "Killing", "NodeNotReady", "NodeReady",
        "OOMKilling", "SuccessfulCreate", "SystemOOM", "TaintManagerEviction", "Unhealthy",
    }
)  # fmt: skip


def recent(events: Iterable[dict[str, Any]], now: datetime) -> list[tuple[str, str, str]]:
    """Return age, object and message of each event of the last half hour, oldest first."""
    chosen = [
        (at, event)
        for event in events
        if event.get("reason") in _REASONS
        and (at := _time(event)) is not None
        and now - at < PERIOD
    ]
    chosen.sort(key=lambda pair: pair[0])
    return [
        (
            duration(now - at),
            f"{event['involvedObject']['kind'].lower()} {event['involvedObject']['name']}",
            str(event.get("message", event["reason"])).strip(),
        )
        for at, event in chosen[-_MOST:]
    ]


def restarts(pods: Iterable[dict[str, Any]], now: datetime) -> list[str]:
    """Return the restarted containers, each with the reason and age of its last restart."""
    rows: list[str] = []
    for pod in pods:
        status = pod["status"]
        for key in ("initContainerStatuses", "containerStatuses"):
            for container in status.get(key, ()):
                ended = container.get("lastState", {}).get("terminated")
                if not container.get("restartCount") or ended is None:
                    continue
                at = _parse(ended.get("finishedAt"))
                when = f", {duration(now - at)} ago" if at else ""
                rows.append(
                    f"{container['name']} of {pod['metadata']['name']}: "
                    f"{container['restartCount']} (last: {ended.get('reason', 'ended')}, exit code "
                    f"{ended['exitCode']}{when})"
                )
    return rows


def duration(time: timedelta) -> str:
    """Return a time in the unit that fits."""
    seconds = max(0, int(time.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def _time(event: dict[str, Any]) -> datetime | None:
    series: dict[str, str] = event.get("series") or {}
    last: str | None = event.get("lastTimestamp") or event.get("eventTime")
    return _parse(series.get("lastObservedTime") or last)


def _parse(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
