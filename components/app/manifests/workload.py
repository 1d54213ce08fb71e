"""The workload of an application: a Deployment, StatefulSet, Job or CronJob."""

from ..args import AppArgs
from ..placement import Manifest, Placement
from . import job
from .pod import template
from .volumes import claims

_HISTORY = 5
"""Number of earlier versions that Kubernetes keeps."""

_AT_ONCE = 4
"""Number of pods that an update starts at once; of more than twice as many, half."""

_MARGIN = 60
"""Seconds of a rollout beside the time of its pods."""


def workload(args: AppArgs, place: Placement) -> Manifest:
    """Return the workload of an application."""
    make = {
        "Deployment": _deployment,
        "StatefulSet": _stateful_set,
        "Job": job.job,
        "CronJob": job.cron_job,
    }
    return make[args.kind](args, place)


def rollout_seconds(args: AppArgs) -> int | None:
    """Return the seconds that a rollout may take; None for a CronJob, which has none.

    Each pod may take its start-up time. An update of a Deployment needs at most two waves, that of
    a StatefulSet one for each pod.
    """
    if args.kind == "CronJob":
        return None
    if args.kind == "Job":
        return job.awaited_seconds(args.job.deadline_seconds)
    if args.kind == "StatefulSet":
        most = args.autoscale.max if args.autoscale else args.replicas
        each = args.startup_seconds + args.drain_seconds + args.shutdown_seconds
        seconds = max(1, most) * (each + args.min_ready_seconds)
    else:
        seconds = 2 * (args.startup_seconds + args.min_ready_seconds)
    return seconds + _MARGIN


def _deployment(args: AppArgs, place: Placement) -> Manifest:
    """Return interchangeable replicas. An update starts new pods before it ends old ones."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": place.metadata(),
        "spec": {
            **_replicas(args),
            "revisionHistoryLimit": _HISTORY,
            "minReadySeconds": args.min_ready_seconds,
            "progressDeadlineSeconds": args.startup_seconds + args.min_ready_seconds,
            "selector": {"matchLabels": place.selector},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": _surge(args), "maxUnavailable": 0},
            },
            "template": template(args, place),
        },
    }


def _surge(args: AppArgs) -> int | str:
    """Return how many pods an update may start beside those of the version before.

    Few are replaced at once, in the time of one of them; of many, half, as they would need twice
    the room. Those for which there is no room wait until pods of the version before have ended.
    """
    few = args.autoscale is None and args.replicas <= 2 * _AT_ONCE
    return max(1, min(args.replicas, _AT_ONCE)) if few else "50%"


def _stateful_set(args: AppArgs, place: Placement) -> Manifest:
    """Return replicas in order, each with its own name and volumes."""
    # The settings have the same for each; a program that copies them unchecked loses nothing.
    kept = any(volume.retain for volume in args.storage) or not args.storage
    policy = "Retain" if kept else "Delete"
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": place.metadata(),
        "spec": {
            **_replicas(args),
            "serviceName": f"{place.name}-pods",
            "revisionHistoryLimit": _HISTORY,
            "minReadySeconds": args.min_ready_seconds,
            "podManagementPolicy": "OrderedReady",
            "selector": {"matchLabels": place.selector},
            "updateStrategy": {"type": "RollingUpdate"},
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": policy, "whenScaled": "Retain"},
            "template": template(args, place),
            "volumeClaimTemplates": claims(args, place),
        },
    }


def _replicas(args: AppArgs) -> Manifest:
    """Return the number of pods, unless an autoscaler sets it."""
    return {} if args.autoscale else {"replicas": args.replicas}
