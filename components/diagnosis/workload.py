"""A workload, and which of its pods are of the version that is rolled out."""

from dataclasses import dataclass
from functools import cached_property

from ..k8s.objects import Manifest
from .details import NOTHING, Details, entries, part
from .events import Event, event, newest
from .pods import Pod
from .reading import Reading

_REVISION = "deployment.kubernetes.io/revision"
_HASH = "controller-revision-hash"


@dataclass(frozen=True)
class Workload:
    """A Deployment, StatefulSet or Job in a reading."""

    reading: Reading

    @property
    def manifest(self) -> Manifest:
        """The object itself."""
        return self.reading.workload

    @property
    def kind(self) -> str:
        """Kind of the object."""
        return self.manifest["kind"]

    @property
    def name(self) -> str:
        """Name of the object."""
        return self.manifest["metadata"]["name"]

    @property
    def application(self) -> str:
        """Application that it belongs to; its own name where it has no such label."""
        labels = part(self.manifest, "metadata", "labels")
        return labels.get("app.kubernetes.io/name", self.name)

    @property
    def namespace(self) -> str:
        """Namespace of the object."""
        return self.manifest["metadata"].get("namespace", "default")

    @property
    def spec(self) -> Details:
        """Desired state."""
        return part(self.manifest, "spec")

    @property
    def status(self) -> Details:
        """Current state."""
        return part(self.manifest, "status")

    @property
    def replicas(self) -> int:
        """Number of pods that it is to have."""
        replicas = self.spec.get("replicas")
        return 1 if replicas is None else replicas

    @property
    def is_observed(self) -> bool:
        """Return whether its controller has seen the last change.

        A Job has no such number; it never changes.
        """
        if self.kind == "Job":
            return True
        generation = self.manifest["metadata"].get("generation") or 0
        return (self.status.get("observedGeneration") or 0) >= generation

    @property
    def is_paused(self) -> bool:
        """Return whether its controller starts no pods, as it was asked to."""
        return bool(self.spec.get("suspend" if self.kind == "Job" else "paused"))

    def condition(self, kind: str) -> Details:
        """Return a condition that is true; an empty one where it has none."""
        return _condition(self.manifest, kind)

    @cached_property
    def replica_set(self) -> Manifest | None:
        """ReplicaSet of the version that is rolled out; None before its controller has made it."""
        owned = [each for each in self.reading.replica_sets if _is_owned(each, self._uid)]
        return max(owned, key=_revision, default=None) if self.is_observed else None

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Events of the workload and of its new ReplicaSet."""
        uids = {self._uid, part(self.replica_set or {}, "metadata").get("uid")}
        return tuple(each for each in self._all_events if each.object_uid in uids)

    @cached_property
    def new_pods(self) -> tuple[Pod, ...]:
        """Pods of the version that is rolled out."""
        return tuple(self._pod(each) for each in self.reading.pods if self._is_new(each))

    @property
    def live_pods(self) -> tuple[Pod, ...]:
        """New pods that are not about to end, and have not ended."""
        return tuple(pod for pod in self.new_pods if not pod.is_ending and not pod.is_over)

    @property
    def cannot_create(self) -> str:
        """Reason for which the API server refuses its pods now; empty if it does not."""
        if self.kind == "Deployment":
            # That of the Deployment may be about an earlier version.
            subject = self.replica_set or self.manifest
            return _condition(subject, "ReplicaFailure").get("message", "")
        if len(self.live_pods) >= self.replicas:
            return ""
        last = newest(self.events, "FailedCreate", "SuccessfulCreate")
        return last.message if last is not None and last.reason == "FailedCreate" else ""

    @property
    def _uid(self) -> str:
        return self.manifest["metadata"].get("uid", "")

    @cached_property
    def _all_events(self) -> tuple[Event, ...]:
        return tuple(event(each) for each in self.reading.events)

    @cached_property
    def _lost_nodes(self) -> frozenset[str]:
        return frozenset(
            node["metadata"]["name"] for node in self.reading.nodes if not _condition(node, "Ready")
        )

    def _is_new(self, pod: Manifest) -> bool:
        if self.kind == "Deployment":
            replica_set = self.replica_set
            return replica_set is not None and _is_owned(pod, replica_set["metadata"]["uid"])
        if not _is_owned(pod, self._uid) or not self.is_observed:
            return False
        labels = part(pod, "metadata", "labels")
        return self.kind == "Job" or labels.get(_HASH) == self.status.get("updateRevision")

    def _pod(self, manifest: Manifest) -> Pod:
        spec, uid = part(manifest, "spec"), manifest["metadata"].get("uid")
        claims = {
            part(volume, "persistentVolumeClaim").get("claimName")
            for volume in entries(spec, "volumes")
        }
        is_claim = "PersistentVolumeClaim"
        return Pod(
            manifest,
            events=tuple(each for each in self._all_events if each.object_uid == uid),
            claim_events=tuple(
                each
                for each in self._all_events
                if each.object_kind == is_claim and each.object_name in claims
            ),
            node_is_lost=spec.get("nodeName") in self._lost_nodes,
        )


def _condition(manifest: Manifest, kind: str) -> Details:
    conditions = entries(manifest, "status", "conditions")
    matching = (each for each in conditions if each["type"] == kind)
    return next((each for each in matching if each.get("status") == "True"), NOTHING)


def _is_owned(manifest: Manifest, owner: str) -> bool:
    owners = entries(manifest, "metadata", "ownerReferences")
    return any(each["uid"] == owner for each in owners)


def _revision(replica_set: Manifest) -> int:
    annotations = part(replica_set, "metadata", "annotations")
    return int(annotations.get(_REVISION) or 0)
