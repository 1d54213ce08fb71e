"""The workload that an update writes, and the pod that would come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...k8s.objects import Manifest
from .fields import entries, section

_NAME = "app.kubernetes.io/name"
_OWNERS = {"Deployment": ("apps/v1", "ReplicaSet"), "CronJob": ("batch/v1", "Job")}
"""Owners of pods that are not of the workload itself."""

_NO_UID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Subject:
    """A Deployment, StatefulSet, Job or CronJob."""

    manifest: Manifest

    @property
    def kind(self) -> str:
        return self.manifest["kind"]

    @property
    def name(self) -> str:
        return self.manifest["metadata"]["name"]

    @property
    def namespace(self) -> str:
        return self.manifest["metadata"]["namespace"]

    @property
    def application(self) -> str:
        """The application, with the workload behind it where its name is another one."""
        name = section(self.manifest, "metadata", "labels").get(_NAME, self.name)
        return name if name == self.name else f"{name} ({self.kind} {self.name})"

    @property
    def spec(self) -> Mapping[str, Any]:
        return self.manifest["spec"]

    @property
    def template(self) -> Manifest:
        """The template of its pods."""
        if self.kind == "CronJob":
            return self.spec["jobTemplate"]["spec"]["template"]
        return self.spec["template"]

    @property
    def pod_spec(self) -> Manifest:
        return self.template["spec"]

    @property
    def claims(self) -> Sequence[Manifest]:
        """The templates of the claims of each pod."""
        return entries(self.spec, "volumeClaimTemplates")

    def claim_name(self, claim: Manifest, ordinal: int) -> str:
        """Return the name of the claim that a pod of the StatefulSet has by a template."""
        return f"{claim['metadata']['name']}-{self.name}-{ordinal}"

    def pod(self) -> Manifest:
        """Return a pod as the controller of the workload would create it.

        With an owner, as policies refuse pods without one.
        """
        metadata = section(self.template, "metadata")
        api_version, kind = _OWNERS.get(self.kind, (self.manifest["apiVersion"], self.kind))
        owner = {
            "apiVersion": api_version,
            "kind": kind,
            "name": self.name,
            "uid": _NO_UID,
            "controller": True,
        }
        known = {key: metadata[key] for key in ("labels", "annotations") if metadata.get(key)}
        volumes = [
            {
                "name": claim["metadata"]["name"],
                "persistentVolumeClaim": {"claimName": self.claim_name(claim, 0)},
            }
            for claim in self.claims
        ]
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                **known,
                "generateName": f"{self.name}-",
                "namespace": self.namespace,
                "ownerReferences": [owner],
            },
            "spec": {**self.pod_spec, "volumes": [*entries(self.pod_spec, "volumes"), *volumes]},
        }


@dataclass(frozen=True)
class Change:
    """A workload as it is to be, and as it is."""

    subject: Subject
    live: Manifest | None
    manager: str
    """Field manager under which it is applied."""


def containers(pod_spec: Mapping[str, Any]) -> list[Manifest]:
    """Return all containers of a pod: those that run before the others too."""
    return [*entries(pod_spec, "initContainers"), *entries(pod_spec, "containers")]
