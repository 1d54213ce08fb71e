"""An application during an update, for what makes trouble and ends it again."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any

from tests.live.guest import Guest
from tests.live.stand_in_registry import StandInRegistry

_Pod = Mapping[str, Any]
_LIMIT_SECONDS = 180.0
_PAUSE_SECONDS = 1.5
"""Each look is a process of its own, on a machine that is busy with the update."""


class Over(Exception):
    """Raised to end what still waits when the update is over."""


@dataclass(frozen=True)
class Scene:
    """One application in one round."""

    guest: Guest
    name: str
    namespace: str
    number: int
    """Number of the round."""

    registry: StandInRegistry
    over: Event
    """Set once the update has ended."""

    since: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    """Begin of the round; events have whole seconds."""

    @property
    def release(self) -> str:
        """Value of RELEASE in the version that is rolled out."""
        return f"new-{self.number}"

    def kubectl(self, *words: str, check: bool = True) -> str:
        """What kubectl prints in the namespace of the application."""
        return self.guest.kubectl(f"--namespace={self.namespace}", *words, check=check)

    def objects(self, *words: str) -> list[dict[str, Any]]:
        """The items of a `kubectl get`."""
        return json.loads(self.kubectl("get", *words, "--output=json"))["items"]

    def pods(self, *, new: bool = True) -> list[_Pod]:
        """The pods of the new version, or of the one before, that are not about to end."""
        found = self.objects("pods", f"--selector=app.kubernetes.io/name={self.name}")
        return [
            pod
            for pod in found
            if "deletionTimestamp" not in pod["metadata"] and (_release(pod) == self.release) is new
        ]

    def new_pod(self) -> _Pod:
        """The first pod of the new version, waited for."""
        self.wait(lambda: bool(self.pods()))
        return self.pods()[0]

    def events(self, reason: str) -> list[str]:
        """The messages of events of this round with a reason."""
        found = self.objects("events", f"--field-selector=reason={reason}")
        return [each["message"] for each in found if _time(each) >= self.since]

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds.  Raises Over if the update ends before."""
        limit = time.monotonic() + _LIMIT_SECONDS
        while not holds():
            if self.over.wait(_PAUSE_SECONDS):
                raise Over
            assert time.monotonic() < limit, f"{self.name}: the trouble does not come"

    def pause(self, seconds: float) -> None:
        """Wait for some seconds of the update.  Raises Over if it ends before."""
        if self.over.wait(seconds):
            raise Over

    def restarts(self, *, init: bool = False) -> int:
        """The number of restarts of the new pods' containers."""
        field = "initContainerStatuses" if init else "containerStatuses"
        statuses = [each for pod in self.pods() for each in pod["status"].get(field, [])]
        return sum(each["restartCount"] for each in statuses)

    def serves(self) -> bool:
        """Whether the cluster has the new version, and it is available."""
        (found,) = self.objects("deployments", f"--selector=app.kubernetes.io/name={self.name}")
        wanted = found["spec"]["replicas"]
        counts = [found["status"].get(each, 0) for each in ("availableReplicas", "updatedReplicas")]
        return _release(found["spec"]["template"]) == self.release and counts == [wanted, wanted]


def _release(pod: _Pod) -> str:
    entries = pod["spec"]["containers"][0]["env"]
    return next(each["value"] for each in entries if each["name"] == "RELEASE")


def _time(event: Mapping[str, Any]) -> datetime:
    text = event.get("lastTimestamp") or event.get("eventTime") or ""
    return datetime.fromisoformat(text)


def waits_for(pod: _Pod, *reasons: str) -> bool:
    """Return whether a container of a pod waits for one of these reasons."""
    states = [each["state"].get("waiting") for each in pod["status"].get("containerStatuses", [])]
    return any(state is not None and state.get("reason") in reasons for state in states)
