"""Events of a namespace: those of core/v1, with a count or a series, and of events.k8s.io."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..k8s.objects import Manifest
from .details import part
from .times import LONG_AGO, parsed


@dataclass(frozen=True)
class Event:
    """An event, and when it was seen last."""

    uid: str
    reason: str
    message: str
    count: int
    last: datetime
    is_warning: bool
    object_kind: str
    object_name: str
    object_uid: str
    container: str | None
    """Container that it is about; None for those of the object."""

    @property
    def line(self) -> str:
        """The event on one line."""
        times = f" ({self.count} times)" if self.count > 1 else ""
        return f"{self.reason}{times}: {' '.join(self.message.split())}"


def event(manifest: Manifest) -> Event:
    """Return an event of either API."""
    about = part(manifest, "involvedObject") or part(manifest, "regarding")
    series = part(manifest, "series")
    times = (
        *(series.get("lastObservedTime"), manifest.get("lastTimestamp")),
        *(manifest.get("deprecatedLastTimestamp"), manifest.get("eventTime")),
    )
    count = manifest.get("count") or manifest.get("deprecatedCount") or series.get("count") or 1
    return Event(
        uid=manifest["metadata"].get("uid") or manifest["metadata"].get("name", ""),
        reason=manifest.get("reason") or "",
        message=manifest.get("message") or manifest.get("note") or "",
        count=count,
        last=max((parsed(text) for text in times if text), default=LONG_AGO),
        is_warning=manifest.get("type") == "Warning",
        object_kind=about.get("kind", ""),
        object_name=about.get("name", ""),
        object_uid=about.get("uid", ""),
        container=_container(about.get("fieldPath") or ""),
    )


def _container(field_path: str) -> str | None:
    """Return the name in a path such as `spec.initContainers{wait}`."""
    name = field_path.partition("{")[2].rstrip("}")
    return name or None


def newest(events: Iterable[Event], *reasons: str) -> Event | None:
    """Return the event with one of these reasons that was seen last."""
    matching = [each for each in events if each.reason in reasons]
    return max(matching, key=lambda each: each.last, default=None)


def telling(events: Sequence[Event], most: int = 4) -> tuple[str, ...]:
    """Return the last warnings, each text once, the newest last."""
    warnings = sorted((each for each in events if each.is_warning), key=lambda each: each.last)
    return tuple(dict.fromkeys(each.line for each in warnings))[-most:]
