"""What is certain about an update of a workload before anything is written.

Only reads and dry runs. What this account may not read, and what does not answer in time, is
left to the rollout.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import groupby

from ...k8s.api import Api, collection
from ...k8s.objects import Manifest
from .fields import entries
from .finding import Finding, Found, Outlook, confirmed, outlook
from .quotas import quota_findings
from .referenced import pull_secret, referenced
from .references import Reference, pull_secrets, references
from .room import room_findings
from .side_by_side import SideBySide
from .storage import storage_findings
from .subject import Change, Subject
from .trials import Answer, pod_findings, try_pod, try_workload, workload_findings
from .users import user_findings

__all__ = ["Finding", "Outlook", "findings", "look_ahead"]

_ROUND_SECONDS = 3.0
"""Limit of all requests of a round together, which take some 0.3 s of a server that is not busy."""

_TURNS = threading.BoundedSemaphore(4)
"""Rounds at once in this process: the limits are for the API server, not for waiting in line."""

_PAUSE_SECONDS = 1.5
"""Time from the first round to the second, in which other resources are created."""


def findings(api: Api, manifest: Manifest, live: Manifest | None, manager: str) -> list[Finding]:
    """Return why an update of a workload cannot succeed; an empty list where it may."""
    return list(look_ahead(api, manifest, live, manager).findings)


def look_ahead(api: Api, manifest: Manifest, live: Manifest | None, manager: str) -> Outlook:
    """Return what an update of a workload has ahead of it, within 6 s; as a rule within 2 s.

    `manifest` is the workload as it is to be, `live` as it is, and `manager` the field manager
    under which it is applied. Jobs and CronJobs are workloads too. What is found is looked up a
    second time: another resource of the program may just be creating what is missing.
    """
    start = time.monotonic()
    change = Change(Subject(manifest), live, manager)
    first = _round(api, change)
    if not first.findings:
        return first
    time.sleep(max(0.0, start + _PAUSE_SECONDS - time.monotonic()))
    return confirmed(first, _round(api, change))


def _round(api: Api, change: Change) -> Outlook:
    """Return what is found within the limit, which begins with its turn."""
    with _TURNS:
        return _together(api, change)


def _together(api: Api, change: Change) -> Outlook:
    subject = change.subject
    together = SideBySide(_ROUND_SECONDS)
    workload = together.start(partial(try_workload, api, change))
    pod = together.start(partial(try_pod, api, subject))
    quotas = together.start(partial(_quotas, api, subject.namespace))
    others = [together.start(check) for check in _checks(api, subject)]
    answer = together.result(workload) or Answer()
    pod_answer = together.result(pod) or Answer()
    found = [*workload_findings(subject, answer), *user_findings(subject)]
    applied = _applied(subject, answer)
    pod_spec = applied.pod_spec if pod_answer.object is None else pod_answer.object["spec"]
    found += quota_findings(applied, pod_spec, change.live, together.result(quotas) or [])
    if answer.refused is None:
        verdict = together.start(partial(pod_findings, api, change, pod_answer))
        found += together.result(verdict) or []
    for other in others:
        found += together.result(other) or []
    return outlook(found)


def _applied(subject: Subject, answer: Answer) -> Subject:
    """Return the workload with the defaults of the cluster.

    An autoscaler that sets the number of pods may go down to one.
    """
    if answer.object is None:
        return subject
    spec = {**answer.object["spec"], "replicas": subject.spec.get("replicas", 1)}
    return Subject({**answer.object, "spec": spec})


def _quotas(api: Api, namespace: str) -> list[Manifest]:
    return entries(api.get(collection("v1", "ResourceQuota", namespace)), "items")


def _checks(api: Api, subject: Subject) -> list[Callable[[], Found]]:
    """Return the checks that need no other answer, each of some requests."""

    def kind_and_name(use: Reference) -> tuple[str, str]:
        return use.kind, use.name

    uses = sorted(references(subject.pod_spec), key=kind_and_name)
    return [
        partial(storage_findings, api, subject),
        partial(room_findings, api, subject),
        *(
            partial(referenced, api, subject, name, list(group))
            for (_, name), group in groupby(uses, kind_and_name)
        ),
        *(partial(pull_secret, api, subject, use.name) for use in pull_secrets(subject.pod_spec)),
    ]
