"""Dry runs: what the API server would answer to the workload, and to a pod of it.

https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run
"""

from dataclasses import dataclass

from ...k8s.api import Api, ApiError, collection
from ...k8s.objects import Manifest
from .finding import Finding, Found
from .refusals import depends_on_account, refusal
from .subject import Change, Subject

_INVALID = 422
_TRIAL = "slipway-trial"


@dataclass(frozen=True)
class Answer:
    """An answer of the API server: the object as it would be, or why it is refused."""

    object: Manifest | None = None
    refused: ApiError | None = None


def try_workload(api: Api, change: Change) -> Answer:
    """Return the answer to the application of the workload.

    A field that was changed by hand may exclude one of the manifest, which the update takes back:
    what is invalid counts only if a new object is, too.
    """
    try:
        return Answer(api.apply(change.subject.manifest, change.manager, dry_run=True))
    except ApiError as error:
        if error.status != _INVALID or change.live is None:
            return Answer(refused=error)
        return _try_new(api, change.subject.manifest) or Answer(refused=error)


def _try_new(api: Api, manifest: Manifest) -> Answer | None:
    """Return the answer to the creation of the same under another name; None if it is refused."""
    metadata = manifest["metadata"]
    folder = collection(manifest["apiVersion"], manifest["kind"], metadata["namespace"])
    other = {**manifest, "metadata": {**metadata, "name": _TRIAL}}
    try:
        return Answer({**api.create(folder, other, dry_run=True), "metadata": metadata})
    except ApiError:
        return None


def try_pod(api: Api, subject: Subject) -> Answer:
    """Return the answer to the creation of a pod of the workload."""
    pods = collection("v1", "Pod", subject.namespace)
    try:
        return Answer(api.create(pods, subject.pod(), dry_run=True))
    except ApiError as error:
        return Answer(refused=error)


def workload_findings(subject: Subject, answer: Answer) -> Found:
    """Return what the answer to the workload shows."""
    found = None if answer.refused is None else refusal(subject, answer.refused, of_pod=False)
    return [] if found is None else [found]


def pod_findings(api: Api, change: Change, answer: Answer) -> Found:
    """Return what the answer to the pod shows.

    The controller creates pods under another account than this one, and a webhook or a policy may
    distinguish the two. So its refusal does not count where it meets the version that runs, too.
    """
    if answer.refused is None:
        return []
    found = refusal(change.subject, answer.refused, of_pod=True)
    if found is None:
        return []
    if change.live is not None and depends_on_account(answer.refused):
        current = Subject(change.live)
        known = try_pod(api, current).refused
        if known is not None and _same(refusal(current, known, of_pod=True), found):
            return []
    return [found]


def _same(one: Finding | None, other: Finding) -> bool:
    return one is not None and one.cause == other.cause
