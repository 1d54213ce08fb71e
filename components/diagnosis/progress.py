"""Progress of a rollout, as far as it can be counted."""

from collections.abc import Hashable

from .events import newest
from .pods import Container
from .times import parsed
from .trouble import Finding, Patience, Trouble
from .workload import Workload

_CREATING = ("ContainerCreating", "PodInitializing")
_COUNTS = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")


def progress(workload: Workload) -> Hashable:
    """Return what changes as long as a rollout makes progress."""
    containers = [each for pod in workload.live_pods for each in pod.containers]
    return (
        workload.is_observed,
        tuple(workload.status.get(name, 0) for name in _COUNTS),
        frozenset(pod.uid for pod in workload.new_pods),
        sum(each.could_run for each in containers),
        sum(each.is_ready for each in containers),
    )


def is_pulling(container: Container) -> bool:
    """Return whether the kubelet reports that it pulls the image of a container.

    The reason for which a container waits does not show it: that of the last attempt stays.
    """
    if container.running is not None:
        return False
    attempt = newest(container.events, "Pulling")
    result = newest(container.events, "Pulled", "Failed", "BackOff")
    return attempt is not None and (result is None or attempt.last > result.last)


def failed_pulls(container: Container) -> int:
    """Return how often the kubelet has failed to pull the image of a container."""
    failures = (each for each in container.events if each.message.startswith("Failed to pull"))
    return sum(each.count for each in failures)


def waits_for_image(container: Container) -> bool:
    """Return whether a container may wait for its image: a slow pull is no trouble.

    Without an event of its pod, it is not known what it waits for.
    """
    is_creating = container.waiting.get("reason") in _CREATING
    return is_creating and (is_pulling(container) or not container.pod.events)


def seconds_of_last_run(container: Container) -> float:
    """Return the length of the last run of a container that has ended."""
    end = container.last_end
    if end is None or not end.get("startedAt") or not end.get("finishedAt"):
        return 0
    return (parsed(end["finishedAt"]) - parsed(end["startedAt"])).total_seconds()


def stalled(workload: Workload, seconds: float) -> Trouble:
    """Return the trouble of a rollout that stands still without a known cause."""
    kind, name, namespace = workload.kind.lower(), workload.name, workload.namespace
    ready = sum(pod.is_ready for pod in workload.live_pods)
    pods = f"{ready} of {workload.replicas} pods are ready"
    observed = "" if workload.is_observed else ", and its controller has not seen the change"
    return Trouble(
        "stalled",
        Patience.CLUSTER,
        workload.application,
        f"the {workload.kind}",
        Finding(
            f"has made no progress for {seconds:.0f} s: {pods}{observed}",
            "No object shows why; a controller of the cluster may be down, or a pod of the "
            "previous version does not end.",
            f"`kubectl --namespace={namespace} describe {kind} {name}`, `kubectl get pods -A`",
        ),
        namespace,
        events=tuple(each.line for each in workload.events[-3:]),
    )
