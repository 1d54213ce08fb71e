"""The pods of an application."""

from ..args import AppArgs
from . import container
from .network import call_labels, migration_selector
from .place import Manifest, Placement
from .volumes import volumes


def template(args: AppArgs, place: Placement) -> Manifest:
    """The pods of a workload."""
    serving = args.serves
    main = container.application(args, place) if serving else container.worker(args, place)
    return {
        "metadata": {"labels": {**place.selector, **place.owner_labels, **call_labels(args)}},
        "spec": {
            **_common(args, place),
            "terminationGracePeriodSeconds": args.drain_seconds + args.shutdown_seconds,
            "initContainers": [
                *(container.sidecar(one, args, place) for one in args.all_sidecars),
                *(container.init(one, args, place) for one in args.init),
            ],
            "containers": [main],
            **(_spread(args, place) if serving else {"restartPolicy": "Never"}),
        },
    }


def job_template(args: AppArgs, place: Placement, command: list[str]) -> Manifest:
    """A pod of the application's image that does something else, and ends.

    It has the application's variables, secrets and files, and none of the other containers. It is
    not one of the application's pods: no Service leads to it.
    """
    alone = args.model_copy(
        update={"data": None, "sidecars": [], "init": [], "storage": [], "command": command}
    )
    labels = {**migration_selector(place), **place.owner_labels, **call_labels(args)}
    return {
        "metadata": {"labels": labels},
        "spec": {
            **_common(alone, place),
            "containers": [container.worker(alone, place)],
            "restartPolicy": "Never",
        },
    }


def _common(args: AppArgs, place: Placement) -> Manifest:
    spec: Manifest = {
        "automountServiceAccountToken": args.service_account_token,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": place.user,
            "runAsGroup": place.group,
            "fsGroup": place.group,
            # Volumes whose root is right already are not walked through.
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumes": volumes(args, place),
    }
    if place.pull_secrets:
        spec["imagePullSecrets"] = [{"name": name} for name in place.pull_secrets]
    if args.priority_class is not None:
        spec["priorityClassName"] = args.priority_class
    if args.service_account is not None:
        spec["serviceAccountName"] = args.service_account
    return spec


def _spread(args: AppArgs, place: Placement) -> Manifest:
    """Replicas over nodes and zones where there are several, and soon elsewhere if one is lost."""
    replicas: Manifest = {"labelSelector": {"matchLabels": place.selector}}
    if args.kind == "Deployment":
        # Without it the pods of the version before count too, and an update tilts.
        replicas["matchLabelKeys"] = ["pod-template-hash"]
    zone = {"topologyKey": "topology.kubernetes.io/zone", **replicas}
    return {
        "tolerations": [
            {
                "key": f"node.kubernetes.io/{trouble}",
                "operator": "Exists",
                "effect": "NoExecute",
                "tolerationSeconds": args.node_unreachable_seconds,
            }
            for trouble in ("not-ready", "unreachable")
        ],
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                **replicas,
            }
        ],
        # Not a second constraint: the scheduler leaves nodes that lack the label of any of them
        # out of all of them, and a local cluster's nodes are in no zone.
        "affinity": {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 100, "podAffinityTerm": zone}
                ]
            }
        },
    }
