"""Changes by hand: commands of kubectl, and how each of them is reported."""

import re
from dataclasses import dataclass

from tests.live.guest import Guest

_OTHER_MANAGER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: NAMESPACE}
spec: {template: {spec: {terminationGracePeriodSeconds: 99}}}
"""


@dataclass(frozen=True)
class Change:
    """A command of kubectl, and the end of the line that reports it."""

    command: tuple[str, ...]
    line: str
    editor: str = ""
    """What replaces the editor of `kubectl edit`: an expression of sed."""

    plain: bool = True
    """Whether it leaves a plain `pulumi up`, which changes only what the program changed, a way:
    pods that need a missing ConfigMap never start, and a paused rollout is resumed only once the
    provider has waited for it in vain."""


def _deleted(what: str, kind: str, *, plain: bool = True) -> Change:
    return Change(("delete", what), f"the {kind} was deleted; recreated", plain=plain)


_LABEL = "app.kubernetes.io/managed-by"
_ENFORCE = "pod-security.kubernetes.io/enforce"
_NO_INGRESS = '--patch=[{"op":"replace","path":"/spec/ingress","value":[]}]'
_OTHER_BUDGET = '--patch={"spec":{"maxUnavailable":null,"minAvailable":2}}'
_ANOTHER = ("apply", "--server-side", "--force-conflicts", "--field-manager=other")

CHANGES = (
    Change(
        ("scale", "deployment/shop", "--replicas=3"),
        "shop: the Deployment's spec.replicas was changed from 2 to 3 by kubectl",
    ),
    Change(
        ("scale", "statefulset/orders", "--replicas=0"),
        # The API server notes no author of a number that is zero.
        "orders: the StatefulSet's spec.replicas was changed from 1 to 0",
    ),
    Change(
        ("set", "image", "statefulset/orders", "orders=nothing.invalid/x:1"),
        "containers[orders].image was changed from .* to nothing.invalid/x:1 by kubectl-set",
    ),
    Change(
        ("set", "env", "statefulset/orders", "MODE=slow"),
        "env[MODE].value was changed from fast to slow by kubectl-set",
    ),
    Change(
        ("set", "env", "statefulset/orders", "POD_NAME=me"),
        "env[POD_NAME].value was set by kubectl-set",
    ),
    Change(
        ("set", "resources", "statefulset/orders", "--requests=memory=1Mi"),
        "resources.requests.memory was changed from .* to 1Mi by kubectl-set",
    ),
    Change(
        ("rollout", "pause", "deployment/shop"),
        "shop: the Deployment's spec.paused was set to true by kubectl-rollout",
        plain=False,
    ),
    Change(("rollout", "restart", "statefulset/orders"), ""),
    Change(
        ("label", "deployment/shop", "--overwrite", f"{_LABEL}=me", "team=shop"),
        f"Deployment's metadata.labels[{_LABEL}] was changed from slipway to me by kubectl-label",
    ),
    Change(
        ("annotate", "service/shop", "--overwrite", "pulumi.com/patchForce-", "team=shop"),
        "shop: the Service's metadata.annotations[pulumi.com/patchForce] was removed",
    ),
    Change(
        ("edit", "service/shop"),
        "shop: the Service's spec.ports[80/TCP] was changed from .* by kubectl-edit",
        editor="s/port: 80$/port: 81/",
    ),
    Change(
        ("set", "selector", "service/orders", "app.kubernetes.io/name=orders,extra=yes"),
        "orders: the Service's spec.selector was changed from .* by kubectl-set",
    ),
    Change(
        ("edit", "networkpolicy/POLICY-shop"),
        "shop-.*: the NetworkPolicy's spec.policyTypes was changed from .* by kubectl-edit",
        editor="/^  - Egress$/d",
    ),
    Change(
        ("patch", "networkpolicy/POLICY-orders", "--type=json", _NO_INGRESS),
        "orders-.*: the NetworkPolicy's spec.ingress was",
    ),
    Change(
        ("patch", "poddisruptionbudget/shop", _OTHER_BUDGET),
        "shop: the PodDisruptionBudget's spec.minAvailable was set to 2 by kubectl-patch",
    ),
    Change(
        ("edit", "horizontalpodautoscaler.autoscaling/load"),
        "load: the HorizontalPodAutoscaler's spec.maxReplicas was changed from 3 to 9",
        editor="s/maxReplicas: 3/maxReplicas: 9/",
    ),
    Change(
        ("edit", "cronjob/nightly"),
        "nightly: the CronJob's spec.schedule was changed from 0 3 1 1 .* by kubectl-edit",
        editor="s/schedule: .*/schedule: 0 4 1 1 */",
    ),
    Change(
        ("edit", "resourcequota/slipway"),
        "slipway: the ResourceQuota's spec.hard.pods was changed from 40 to 30 by kubectl-edit",
        editor="/^spec:/,/^status:/s/pods: .40./pods: 30/",
    ),
    Change(
        ("label", "namespace/NAMESPACE", "--overwrite", f"{_ENFORCE}=baseline"),
        f"the Namespace's metadata.labels[{_ENFORCE}] was changed from restricted to baseline",
    ),
    Change(
        (*_ANOTHER, "--filename=FILE"),
        "spec.terminationGracePeriodSeconds was changed from .* to 99 by other",
    ),
    _deleted("service/load", "Service"),
    _deleted("deployment/load", "Deployment"),
    _deleted("networkpolicy/POLICY-load", "NetworkPolicy"),
    _deleted("poddisruptionbudget/load", "PodDisruptionBudget"),
    _deleted("configmap/FILES", "ConfigMap", plain=False),
    _deleted("secret/SECRET", "Secret", plain=False),
)


def make(guest: Guest, change: Change, **more: str) -> None:
    """Change an object of the stack as somebody with kubectl does.

    `more` are words of the command that stand for others.
    """
    names = {"NAMESPACE": guest.name, **more}
    for word, kind in (("FILES", "configmaps"), ("SECRET", "secrets")):
        found = [each["metadata"]["name"] for each in guest.objects(kind)]
        names[word] = next((name for name in found if name.startswith("shop-")), "none")
    for policy in guest.objects("networkpolicies"):  # named by their content
        metadata = policy["metadata"]
        names[f"POLICY-{metadata['labels']['app.kubernetes.io/name']}"] = metadata["name"]
    file = guest.folder / "by-hand.yaml"
    file.write_text(_OTHER_MANAGER.replace("NAMESPACE", guest.name))
    names["FILE"] = str(file)
    words = [re.sub("|".join(names), lambda hit: names[hit[0]], word) for word in change.command]
    guest.run(
        *("kubectl", "--context", f"kind-{guest.host.name}", f"--namespace={guest.name}", *words),
        KUBE_EDITOR=f"sed -i -e '{change.editor}'",
    )
