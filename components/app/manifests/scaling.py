"""The PodDisruptionBudget and the HorizontalPodAutoscaler of an application."""

from ..args import AppArgs, AutoscaleArgs
from ..placement import Manifest, Placement

_DEFAULT_CPU = 70


def disruption_budget(place: Placement) -> Manifest:
    """Return the number of pods that may be missing during drains: one, so that a drain neither
    blocks nor evicts all of them at once.

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
    """Return the HorizontalPodAutoscaler, which sets the number of pods by their load.

    https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    """
    targets = {"cpu": autoscale.cpu, "memory": autoscale.memory}
    if not autoscale.metrics and not any(targets.values()):
        targets["cpu"] = _DEFAULT_CPU
    window = autoscale.scale_down_stabilization_seconds
    resources: list[Manifest] = [
        {
            "type": "Resource",
            "resource": {
                "name": name,
                "target": {"type": "Utilization", "averageUtilization": percent},
            },
        }
        for name, percent in targets.items()
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
            "metrics": [*resources, *autoscale.metrics],
            "behavior": {"scaleDown": {"stabilizationWindowSeconds": window}},
        },
    }
