"""What a namespace holds that must outlive it: volumes, and objects of other owners."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..k8s.objects import Manifest
from .owner import is_owned

KINDS = (
    "persistentvolumeclaims,pods,services,configmaps,secrets,serviceaccounts,resourcequotas,"
    "limitranges,deployments.apps,statefulsets.apps,daemonsets.apps,replicasets.apps,jobs.batch,"
    "cronjobs.batch,ingresses.networking.k8s.io,networkpolicies.networking.k8s.io,"
    "poddisruptionbudgets.policy,horizontalpodautoscalers.autoscaling"
)
"""Kinds that are looked at, as kubectl takes them; every cluster has them."""

_CLAIM = "PersistentVolumeClaim"
_CONTROLLERS = (
    *("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "CronJob", "Job", "Service", "Pod"),
)
"""Kinds whose dependents the garbage collector deletes: these are looked at themselves."""

_OF_EVERY_NAMESPACE = frozenset(
    {
        ("ConfigMap", "kube-root-ca.crt"),
        ("ConfigMap", "istio-ca-root-cert"),
        ("ConfigMap", "openshift-service-ca.crt"),
        ("ServiceAccount", "default"),
        ("ServiceAccount", "builder"),
        ("ServiceAccount", "deployer"),
    }
)
"""Objects that Kubernetes, Istio and OpenShift put into each namespace."""

_NAMED = 10


@dataclass(frozen=True)
class Remains:
    """Names of what is left in a namespace."""

    claims: tuple[str, ...] = ()
    """Claims of volumes."""

    others: tuple[str, ...] = ()
    """Objects of other owners, with their kinds."""

    def __bool__(self) -> bool:
        return bool(self.claims or self.others)

    def __str__(self) -> str:
        parts: list[str] = []
        if self.claims:
            parts.append(f"the volumes of the claims {_listed(self.claims)}")
        if self.others:
            parts.append(f"objects that this stack does not own: {_listed(self.others)}")
        return ", and ".join(parts)


def remains(objects: Sequence[Manifest], stack: str, owner_id: str | None) -> Remains:
    """Return what must stay of the objects of a namespace, once the stack's own are deleted.

    A claim stays unless a controller owns it, such as a StatefulSet that does not retain it.
    """
    staying = [each for each in objects if not _is_about_to_go(each)]
    return Remains(
        claims=tuple(sorted(_name(each) for each in staying if each["kind"] == _CLAIM)),
        others=tuple(
            sorted(
                f"{each['kind'].lower()}/{_name(each)}"
                for each in staying
                if each["kind"] != _CLAIM
                and (each["kind"], _name(each)) not in _OF_EVERY_NAMESPACE
                and not is_owned(each["metadata"].get("labels") or {}, stack, owner_id)
            )
        ),
    )


def _is_about_to_go(manifest: Manifest) -> bool:
    metadata = manifest["metadata"]
    owners = metadata.get("ownerReferences") or ()
    return "deletionTimestamp" in metadata or any(owner["kind"] in _CONTROLLERS for owner in owners)


def _name(manifest: Manifest) -> str:
    return manifest["metadata"]["name"]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
