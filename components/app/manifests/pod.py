"""The pod templates of an application."""

from ..args import AppArgs
from ..placement import Manifest, Placement
from . import container
from .network import migration_selector, pod_labels
from .volumes import volumes


def template(args: AppArgs, place: Placement) -> Manifest:
    """Return the pod template of a workload."""
    serving = args.serves
    main = container.application(args, place) if serving else container.worker(args, place)
    return {
        "metadata": {"labels": {**place.selector, **place.owner_labels, **pod_labels(args)}},
        "spec": {
            **_common(args, place),
            "terminationGracePeriodSeconds": args.drain_seconds + args.shutdown_seconds,
            "initContainers": [
                *(container.sidecar(each, args, place) for each in args.all_sidecars),
                *(container.init(each, args, place) for each in args.init),
            ],
            "containers": [main],
            **(_spread(args, place) if serving else {"restartPolicy": "Never"}),
        },
    }


def job_template(args: AppArgs, place: Placement, command: list[str]) -> Manifest:
    """Return the template of a pod that runs another command of the application's image.

    It has the application's variables, secrets and files, and none of the other containers. No
    Service selects it.
    """
    alone = args.model_copy(
        update={"data": None, "sidecars": [], "init": [], "storage": [], "command": command}
    )
    labels = {**migration_selector(place), **place.owner_labels, **pod_labels(args)}
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
            # Volumes whose root has the right owner are not walked through.
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "nodeSelector": _node_selector(place),
        "volumes": volumes(args, place),
    }
    if place.pull_secrets:
        spec["imagePullSecrets"] = [{"name": name} for name in place.pull_secrets]
    if args.priority_class is not None:
        spec["priorityClassName"] = args.priority_class
    if args.service_account is not None:
        spec["serviceAccountName"] = args.service_account
    return spec


def _node_selector(place: Placement) -> dict[str, str]:
    """Return the labels of nodes that can run the images: a cluster may have others."""
    system, _, architecture = (place.platform or "linux").partition("/")
    selector = {"kubernetes.io/os": system}
    return selector | ({"kubernetes.io/arch": architecture} if architecture else {})


def _spread(args: AppArgs, place: Placement) -> Manifest:
    """Return what spreads replicas over nodes and zones, and recreates those of lost nodes."""
    replicas: Manifest = {"labelSelector": {"matchLabels": place.selector}}
    if args.kind == "Deployment":
        # Without it the pods of the previous version count too, and an update gets uneven.
        replicas["matchLabelKeys"] = ["pod-template-hash"]
    zone = {"topologyKey": "topology.kubernetes.io/zone", **replicas}
    return {
        "tolerations": [
            {
                "key": f"node.kubernetes.io/{condition}",
                "operator": "Exists",
                "effect": "NoExecute",
                "tolerationSeconds": args.node_unreachable_seconds,
            }
            for condition in ("not-ready", "unreachable")
        ],
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                **replicas,
            }
        ],
        # Not a second constraint: the scheduler skips nodes that lack the label of any constraint,
        # and the nodes of a local cluster are in no zone.
        "affinity": {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 100, "podAffinityTerm": zone}
                ]
            }
        },
    }
