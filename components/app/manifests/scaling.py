"""How many pods there are, and how many may be missing."""

from ..args import AppArgs, AutoscaleArgs
from .place import Manifest, Placement

_USUAL_CPU = 70


def disruption_budget(place: Placement) -> Manifest:
    """How many pods may be missing while nodes are drained: one, so that a drain never waits for
    ever, and never takes all at once.

    https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": place.metadata(),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": place.selector},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }


def autoscaler(args: AppArgs, autoscale: AutoscaleArgs, place: Placement) -> Manifest:
    """What decides on the number of pods by their load.

    https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    """
    asked = {"cpu": autoscale.cpu, "memory": autoscale.memory}
    if not autoscale.metrics and not any(asked.values()):
        asked["cpu"] = _USUAL_CPU
    usual: list[Manifest] = [
        {
            "type": "Resource",
            "resource": {
                "name": name,
                "target": {"type": "Utilization", "averageUtilization": percent},
            },
        }
        for name, percent in asked.items()
        if percent is not None
    ]
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        # The provider would wait for metrics, which come a minute after the pods.
        "metadata": place.metadata(**{"pulumi.com/skipAwait": "true"}),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": args.kind, "name": place.name},
            "minReplicas": args.least_replicas,
            "maxReplicas": autoscale.max,
            "metrics": [*usual, *autoscale.metrics],
            "behavior": {"scaleDown": {"stabilizationWindowSeconds": autoscale.calm_seconds}},
        },
    }
