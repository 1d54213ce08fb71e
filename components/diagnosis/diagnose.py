"""Troubles of a workload in one reading, without a memory of earlier ones."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from . import causes
from .causes.answers import was_stopped_by_startup
from .causes.cause import Cause, Subject, first
from .causes.controllers import job_failure
from .details import Details
from .events import telling
from .pods import Container, Pod
from .reading import Reading
from .times import parsed
from .trouble import Finding, Log, Patience, Trouble
from .workload import Workload

_RECENT = timedelta(minutes=10)


def troubles(reading: Reading, recent: timedelta = _RECENT) -> tuple[Trouble, ...]:
    """Return the current troubles of a workload's newest version, the most telling first.

    A run that ended a short time ago, `recent` or less, is one also where the container is ready
    again.
    """
    workload = Workload(reading)
    found = [*_of_pods(workload, recent), *filter(None, [of_workload(workload)])]
    order = list(Patience)
    return tuple(sorted(found, key=lambda each: (order.index(each.patience), -each.failures)))


def _of_pods(workload: Workload, recent: timedelta) -> Iterator[Trouble]:
    yield from filter(None, [evicted(workload)])
    for pod in workload.new_pods:
        if trouble := of_pod(workload, pod):
            yield trouble
            continue
        for container in pod.containers:
            if trouble := _current(workload, container, recent):
                yield trouble


def _current(workload: Workload, container: Container, recent: timedelta) -> Trouble | None:
    if trouble := waits(workload, container):
        return trouble
    end = container.last_end
    is_recent = end is not None and parsed(end.get("finishedAt")) > workload.reading.now - recent
    if (is_recent or container.running is None) and (trouble := ended(workload, container)):
        return trouble
    return unready(workload, container) if container.running and not container.is_ready else None


def of_workload(workload: Workload) -> Trouble | None:
    """Return what the controller of a workload reports."""
    trouble = _trouble(causes.WORKLOAD, workload, workload, f"the {workload.kind}")
    if trouble is None:
        return None
    of_job = _last_of_job(workload) if job_failure(workload) else None
    if of_job is None:
        return replace(trouble, events=telling(workload.events))
    if trouble.cause == "job-failed":
        return replace(of_job, patience=Patience.NONE)
    return replace(trouble, pod=of_job.pod, container=of_job.container, log_of=of_job.log_of)


def _last_of_job(workload: Workload) -> Trouble | None:
    """Return what ended the last pod of a Job."""
    for pod in sorted(workload.new_pods, key=lambda pod: pod.created, reverse=True):
        # Sidecars are ended with the pod, and so end after what failed.
        for container in sorted(pod.containers, key=lambda container: container.is_sidecar):
            if trouble := ended(workload, container) or waits(workload, container):
                return trouble
    return None


def of_pod(workload: Workload, pod: Pod) -> Trouble | None:
    """Return what keeps all containers of a pod from starting, or from being heard of."""
    # A StatefulSet waits for a pod that cannot end, a Deployment replaces it.
    is_awaited = workload.kind == "StatefulSet" and pod.node_is_lost
    if pod.is_over or (pod.is_ending and not is_awaited):
        return None
    subject = f"pod {pod.name}"
    trouble = _trouble(causes.POD, workload, pod, subject)
    if trouble is None:
        return None
    events = telling((*pod.claim_events, *pod.events))
    return replace(trouble, pod=pod.name, node=pod.node, uid=pod.uid, events=events)


def evicted(workload: Workload) -> Trouble | None:
    """Return the eviction of pods for what they did, with their number as that of failures."""
    found = [
        (pod, finding)
        for pod in workload.new_pods
        if (finding := causes.EVICTED.recognise(pod)) is not None
    ]
    if not found:
        return None
    pod, finding = found[-1]
    trouble = _made(causes.EVICTED, finding, workload, f"pod {pod.name}{_on(pod)}")
    return replace(trouble, pod=pod.name, node=pod.node, uid=pod.uid, failures=len(found))


def waits(workload: Workload, container: Container) -> Trouble | None:
    """Return why a container does not run."""
    if container.running is not None or container.has_succeeded:
        return None
    # A start that failed is the end of a run, and counts as one.
    starts = causes.STARTS if container.last_end is None else ()
    trouble = _of_container((*causes.WAITS, *starts), workload, container)
    return trouble and replace(trouble, failures=0)


def ended(workload: Workload, container: Container) -> Trouble | None:
    """Return why the last run of a container has ended."""
    if container.last_end is None or container.has_succeeded:
        return None
    if was_stopped_by_startup(container):
        return unready(workload, container)
    return _of_container(causes.ENDS, workload, container)


def unready(workload: Workload, container: Container) -> Trouble | None:
    """Return why a container that runs is not ready."""
    trouble = _of_container(causes.UNREADY, workload, container)
    return trouble and replace(trouble, failures=0)


def _of_container(
    table: Iterable[Cause[Container]], workload: Workload, container: Container
) -> Trouble | None:
    pod = container.pod
    subject = f"{_role(container)} {container.name} of pod {pod.name}{_on(pod)}"
    trouble = _trouble(table, workload, container, subject)
    if trouble is None:
        return None
    end: Details = container.last_end or {}
    has_log = container.could_run and end.get("reason") != "StartError"
    return replace(
        trouble,
        pod=pod.name,
        container=container.name,
        node=pod.node,
        uid=pod.uid,
        failures=container.failures,
        log_of=Log(container.name, container.log_is_of_previous) if has_log else None,
        log_tail=tuple((end.get("message") or "").splitlines()) if has_log else (),
        events=telling([each for each in pod.events if each.container in (None, container.name)]),
    )


def _role(container: Container) -> str:
    if not container.is_init:
        return "container"
    return "sidecar" if container.is_sidecar else "init container"


def _on(pod: Pod) -> str:
    return f" on {pod.node}" if pod.node else ""


def _trouble(
    table: Iterable[Cause[Subject]], workload: Workload, subject: Subject, place: str
) -> Trouble | None:
    found = first(table, subject)
    return _made(*found, workload, place) if found else None


def _made(cause: Cause[Subject], finding: Finding, workload: Workload, place: str) -> Trouble:
    application, namespace = workload.application, workload.namespace
    return Trouble(cause.key, cause.patience, application, place, finding, namespace)
