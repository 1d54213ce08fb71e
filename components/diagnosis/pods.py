"""A pod and its containers, as the kubelet and the scheduler report them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ..k8s.objects import Manifest
from .details import NOTHING, Details, entries, part
from .events import Event
from .times import parsed


@dataclass(frozen=True)
class Pod:
    """A pod with its events, and the condition of its node."""

    manifest: Manifest
    events: tuple[Event, ...] = ()
    claim_events: tuple[Event, ...] = ()
    """Events of the claims that it mounts."""

    node_is_lost: bool = False
    """Whether the kubelet of its node has stopped answering."""

    @property
    def name(self) -> str:
        """Name of the pod."""
        return self.manifest["metadata"]["name"]

    @property
    def namespace(self) -> str:
        """Namespace of the pod."""
        return self.manifest["metadata"].get("namespace", "default")

    @property
    def uid(self) -> str:
        """UID of the pod."""
        return self.manifest["metadata"].get("uid", self.name)

    @property
    def described(self) -> str:
        """Command that shows all of it, in backticks."""
        return f"`kubectl --namespace={self.namespace} describe pod {self.name}`"

    @property
    def created(self) -> datetime:
        """Time at which it was created."""
        return parsed(self.manifest["metadata"].get("creationTimestamp"))

    @property
    def node(self) -> str | None:
        """Node of the pod, once it has one."""
        return self.spec.get("nodeName")

    @property
    def spec(self) -> Details:
        """Desired state of the pod."""
        return part(self.manifest, "spec")

    @property
    def status(self) -> Details:
        """Current state of the pod."""
        return part(self.manifest, "status")

    @property
    def is_ending(self) -> bool:
        """Return whether it is being deleted."""
        return bool(self.manifest["metadata"].get("deletionTimestamp"))

    @property
    def is_over(self) -> bool:
        """Return whether none of its containers will run again."""
        return self.status.get("phase") in ("Failed", "Succeeded")

    @property
    def is_ready(self) -> bool:
        """Return whether it may get requests."""
        return self.condition("Ready").get("status") == "True" and not self.is_ending

    @property
    def ends_by_itself(self) -> bool:
        """Return whether its containers are to end, as those of a Job."""
        return self.spec.get("restartPolicy", "Always") != "Always"

    @property
    def has_run(self) -> bool:
        """Return whether any of its containers ever ran."""
        return any(each.could_run for each in self.containers)

    def condition(self, kind: str) -> Details:
        """Return a condition; an empty one where it has none of that type."""
        conditions = entries(self.status, "conditions")
        return next((each for each in conditions if each["type"] == kind), NOTHING)

    @cached_property
    def containers(self) -> tuple["Container", ...]:
        """Containers in the order in which they start."""
        return tuple(
            Container(self, spec, statuses.get(spec["name"], {}), is_init)
            for field, is_init in (("initContainers", True), ("containers", False))
            for statuses in [self._statuses(field)]
            for spec in entries(self.spec, field)
        )

    def _statuses(self, field: str) -> dict[str, Details]:
        return {each["name"]: each for each in entries(self.status, f"{field[:-1]}Statuses")}


@dataclass(frozen=True)
class Container:
    """A container of a pod."""

    pod: Pod
    spec: Details
    status: Details
    is_init: bool

    @property
    def name(self) -> str:
        """Name of the container."""
        return self.spec["name"]

    @property
    def is_sidecar(self) -> bool:
        """Return whether it starts before the application and runs beside it."""
        return self.is_init and self.spec.get("restartPolicy") == "Always"

    @property
    def has_to_end(self) -> bool:
        """Return whether exit code 0 is what it is for."""
        return not self.is_sidecar and (self.is_init or self.pod.ends_by_itself)

    @property
    def waiting(self) -> Details:
        """Reason for which it does not run now; empty if it runs or has ended."""
        return part(self.status, "state", "waiting")

    @property
    def running(self) -> Details | None:
        """Run that lasts; None if there is none."""
        return part(self.status, "state").get("running")

    @property
    def terminated(self) -> Details | None:
        """Run that has ended, and that nothing follows yet."""
        return part(self.status, "state").get("terminated")

    @property
    def last_end(self) -> Details | None:
        """End of the last run that has ended."""
        return self.terminated or part(self.status, "lastState").get("terminated")

    @property
    def restarts(self) -> int:
        """Number of restarts."""
        return self.status.get("restartCount") or 0

    @property
    def failures(self) -> int:
        """Number of runs that have failed."""
        if self.terminated is not None:
            return self.restarts + (0 if self.has_succeeded else 1)
        return self.restarts + (1 if self.running is None and self.last_end else 0)

    @property
    def has_succeeded(self) -> bool:
        """Return whether it had to end, and ended with exit code 0."""
        return self.has_to_end and (self.terminated or {}).get("exitCode") == 0

    @property
    def is_ready(self) -> bool:
        """Return whether it does what the pod needs of it."""
        return self.has_succeeded if self.has_to_end else bool(self.status.get("ready"))

    @property
    def could_run(self) -> bool:
        """Return whether it ever ran: its image is on the node, and its volumes are mounted."""
        return self.running is not None or self.last_end is not None

    @property
    def started(self) -> datetime:
        """Start of the run that lasts."""
        return parsed((self.running or {}).get("startedAt"))

    @property
    def events(self) -> tuple[Event, ...]:
        """Events of this container."""
        return tuple(each for each in self.pod.events if each.container == self.name)

    @property
    def log_is_of_previous(self) -> bool:
        """Return whether the log that explains its end is that of the run before."""
        return self.terminated is None and self.last_end is not None
