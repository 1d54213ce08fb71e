"""What runs the pods."""

from ..args import AppArgs
from . import job
from .place import Manifest, Placement
from .pod import template
from .volumes import claims

_HISTORY = 5


def workload(args: AppArgs, place: Placement) -> Manifest:
    """The Deployment, StatefulSet, Job or CronJob of an application."""
    make = {
        "Deployment": _deployment,
        "StatefulSet": _stateful_set,
        "Job": job.job,
        "CronJob": job.cron_job,
    }
    return make[args.kind](args, place)


def _deployment(args: AppArgs, place: Placement) -> Manifest:
    """Replicas that are all alike. An update starts new pods before it ends old ones."""
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
                "rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0},
            },
            "template": template(args, place),
        },
    }


def _stateful_set(args: AppArgs, place: Placement) -> Manifest:
    """Replicas in order, each with its own name and volumes."""
    retained = all(one.retain for one in args.storage)
    policy = "Retain" if retained else "Delete"
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
    """The number of pods, unless it is left to an autoscaler."""
    return {} if args.autoscale else {"replicas": args.replicas}
