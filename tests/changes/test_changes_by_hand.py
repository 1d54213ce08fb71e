"""Changes by hand on a real cluster: each is reported and set back, and none stops an update."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.live.guest import Guest
from tests.live.project import Project, Ran
from tests.live.traffic import eventually

pytestmark = pytest.mark.live

_KINDS = (
    "configmaps", "cronjobs", "deployments", "horizontalpodautoscalers", "networkpolicies",
    "poddisruptionbudgets", "resourcequotas", "secrets", "services", "statefulsets",
)  # fmt: skip
_OTHER_MANAGER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: NAMESPACE}
spec: {template: {spec: {terminationGracePeriodSeconds: 99}}}
"""


@dataclass(frozen=True)
class _Change:
    """A command of kubectl, and the end of the line that reports it."""

    command: tuple[str, ...]
    line: str
    editor: str = ""
    """What replaces the editor of `kubectl edit`: an expression of sed."""

    plain: bool = True
    """Whether it leaves a plain `pulumi up`, which changes only what the program changed, a way:
    pods that need a missing ConfigMap never start, and a paused rollout is resumed only once the
    provider has waited for it in vain."""


def _deleted(what: str, kind: str, *, plain: bool = True) -> _Change:
    return _Change(("delete", what), f"the {kind} was deleted; recreated", plain=plain)


_LABEL = "app.kubernetes.io/managed-by"
_ENFORCE = "pod-security.kubernetes.io/enforce"
_NO_INGRESS = '--patch=[{"op":"replace","path":"/spec/ingress","value":[]}]'
_OTHER_BUDGET = '--patch={"spec":{"maxUnavailable":null,"minAvailable":2}}'
_ANOTHER = ("apply", "--server-side", "--force-conflicts", "--field-manager=other")

_CHANGES = (
    _Change(
        ("scale", "deployment/shop", "--replicas=3"),
        "shop: the Deployment's spec.replicas was changed from 2 to 3 by kubectl",
    ),
    _Change(
        ("scale", "statefulset/orders", "--replicas=0"),
        # The API server notes no author of a number that is zero.
        "orders: the StatefulSet's spec.replicas was changed from 1 to 0",
    ),
    _Change(
        ("set", "image", "statefulset/orders", "orders=nothing.invalid/x:1"),
        "containers[orders].image was changed from .* to nothing.invalid/x:1 by kubectl-set",
    ),
    _Change(
        ("set", "env", "statefulset/orders", "MODE=slow"),
        "env[MODE].value was changed from fast to slow by kubectl-set",
    ),
    _Change(
        ("set", "env", "statefulset/orders", "POD_NAME=me"),
        "env[POD_NAME].value was set by kubectl-set",
    ),
    _Change(
        ("set", "resources", "statefulset/orders", "--requests=memory=1Mi"),
        "resources.requests.memory was changed from .* to 1Mi by kubectl-set",
    ),
    _Change(
        ("rollout", "pause", "deployment/shop"),
        "shop: the Deployment's spec.paused was set to true by kubectl-rollout",
        plain=False,
    ),
    _Change(("rollout", "restart", "statefulset/orders"), ""),
    _Change(
        ("label", "deployment/shop", "--overwrite", f"{_LABEL}=me", "team=shop"),
        f"Deployment's metadata.labels[{_LABEL}] was changed from slipway to me by kubectl-label",
    ),
    _Change(
        ("annotate", "service/shop", "--overwrite", "pulumi.com/patchForce-", "team=shop"),
        "shop: the Service's metadata.annotations[pulumi.com/patchForce] was removed",
    ),
    _Change(
        ("edit", "service/shop"),
        "shop: the Service's spec.ports[80/TCP] was changed from .* by kubectl-edit",
        editor="s/port: 80$/port: 81/",
    ),
    _Change(
        ("set", "selector", "service/orders", "app.kubernetes.io/name=orders,extra=yes"),
        "orders: the Service's spec.selector was changed from .* by kubectl-set",
    ),
    _Change(
        ("edit", "networkpolicy/POLICY-shop"),
        "shop-.*: the NetworkPolicy's spec.policyTypes was changed from .* by kubectl-edit",
        editor="/^  - Egress$/d",
    ),
    _Change(
        ("patch", "networkpolicy/POLICY-orders", "--type=json", _NO_INGRESS),
        "orders-.*: the NetworkPolicy's spec.ingress was",
    ),
    _Change(
        ("patch", "poddisruptionbudget/shop", _OTHER_BUDGET),
        "shop: the PodDisruptionBudget's spec.minAvailable was set to 2 by kubectl-patch",
    ),
    _Change(
        ("edit", "horizontalpodautoscaler.autoscaling/load"),
        "load: the HorizontalPodAutoscaler's spec.maxReplicas was changed from 3 to 9",
        editor="s/maxReplicas: 3/maxReplicas: 9/",
    ),
    _Change(
        ("edit", "cronjob/nightly"),
        "nightly: the CronJob's spec.schedule was changed from 0 3 1 1 .* by kubectl-edit",
        editor="s/schedule: .*/schedule: 0 4 1 1 */",
    ),
    _Change(
        ("edit", "resourcequota/slipway"),
        "slipway: the ResourceQuota's spec.hard.pods was changed from 40 to 30 by kubectl-edit",
        editor="/^spec:/,/^status:/s/pods: .40./pods: 30/",
    ),
    _Change(
        ("label", "namespace/NAMESPACE", "--overwrite", f"{_ENFORCE}=baseline"),
        f"the Namespace's metadata.labels[{_ENFORCE}] was changed from restricted to baseline",
    ),
    _Change(
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


@pytest.fixture(scope="module")
def shop(
    first_up: tuple[Project, Ran], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guest]:
    """A stack with an application of each kind, deployed."""
    image = {"context": "app"}
    app = {"expose": False, "drainSeconds": 1, "env": {"MODE": "fast"}}
    cron = {"kind": "CronJob", "command": ["node", "--version"], "job": {"schedule": "0 3 1 1 *"}}
    guest = Guest(
        tmp_path_factory.mktemp("by-hand"),
        first_up[0],
        apps={
            "shop": {"image": image, "app": {**app, "replicas": 2, "files": {"/etc/motd": "hi"}}},
            "load": {"image": image, "app": {**app, "replicas": 2, "autoscale": {"max": 3}}},
            "orders": {"image": image, "app": {**app, "kind": "StatefulSet", "replicas": 1}},
            "nightly": {"image": image, "app": cron},
        },
    )
    guest.settings["slipway:target"]["namespaces"] = {"quota": {"pods": "40"}}
    guest.save_settings()
    guest.secret("slipway:apps.shop.app.secrets.TOKEN", "a-secret-of-this-test")
    guest.up()
    yield guest
    guest.remove()


def test_make_up_reports_each_change_by_hand_and_sets_it_back(shop: Guest) -> None:
    before = _declared(shop)
    for change in _CHANGES:
        _make(shop, change)

    preview = shop.command("preview")
    assert _declared(shop) != before
    with _written_by_others(shop, "poddisruptionbudget/shop", "service/shop"):
        ran = shop.command("up")

    for change in _CHANGES:
        _is_reported(change, ran.output)
        _is_reported(change, preview.output, set_back="`make up` recreates it")
    assert "a-secret-of-this-test" not in ran.output + preview.output
    assert _declared(shop) == before
    _all_serve(shop)
    labels = _object(shop, "deployment", "shop")["metadata"]["labels"]
    assert labels["team"] == "shop", "what the stack does not declare stays"
    again = shop.command("up")
    assert " by kubectl" not in again.output
    assert "deleted" not in again.output
    shop.pulumi("preview", "--expect-no-changes")


def test_a_plain_up_of_a_change_is_not_stopped_by_them(shop: Guest) -> None:
    for change in _CHANGES:
        if change.plain:
            _make(shop, change)
    for application in shop.settings["slipway:apps"].values():
        application["app"]["env"] = {"MODE": "fast", "VERSION": "2"}
    shop.save_settings()

    shop.up()

    shop.command("up")
    _all_serve(shop)


@contextmanager
def _written_by_others(guest: Guest, *objects: str) -> Iterator[None]:
    """Write the objects again and again, as controllers write a status: in no declared field."""
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.wait(0.1):
            number += 1
            words = ("annotate", *objects, "--overwrite", f"written={number}")
            guest.kubectl(*words, f"--namespace={guest.name}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def _make(guest: Guest, change: _Change) -> None:
    names = {"NAMESPACE": guest.name}
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


def _is_reported(change: _Change, output: str, set_back: str = "recreated") -> None:
    pattern = re.escape(change.line.replace("; recreated", f"; {set_back}")).replace(r"\.\*", ".*")
    assert re.search(pattern, output), f"{change.command} is not reported:\n{output}"


def _declared(guest: Guest) -> dict[str, Any]:
    """The stack's objects, without what is another's."""
    found = guest.objects(f"--selector=slipway.dev/stack={guest.name}", ",".join(_KINDS))
    shown = {f"{each['kind']}/{each['metadata']['name']}": _content(each) for each in found}
    namespace = json.loads(guest.kubectl("get", "namespace", guest.name, "--output=json"))
    return {**shown, "Namespace": namespace["metadata"]["labels"]}


def _content(each: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = each.get("spec", {})
    # A Service that is recreated gets another address, and an autoscaler sets the replicas.
    for own in ("clusterIP", "clusterIPs"):
        spec.pop(own, None)
    if each["metadata"]["name"] == "load":
        spec.pop("replicas", None)
    if "template" in spec:
        spec["template"]["metadata"].pop("annotations", None)
    labels = {key: value for key, value in each["metadata"]["labels"].items() if key != "team"}
    return {"labels": labels, "spec": spec, "data": each.get("data")}


def _object(guest: Guest, kind: str, name: str) -> dict[str, Any]:
    words = ("get", kind, name, f"--namespace={guest.name}", "--output=json")
    return json.loads(guest.kubectl(*words))


def _all_serve(guest: Guest) -> None:
    for kind, name in (("deployment", "shop"), ("deployment", "load"), ("statefulset", "orders")):
        # The autoscaler may just have added a replica.
        eventually(f"{kind} {name} serves", lambda which=(kind, name): _serves(guest, *which))
    eventually("no pod of another version is left", lambda: not _broken(guest))


def _serves(guest: Guest, kind: str, name: str) -> bool:
    current = _object(guest, kind, name)
    ready = current["status"].get("readyReplicas", 0)
    return ready >= current["spec"]["replicas"] > 0


def _broken(guest: Guest) -> list[str]:
    return [
        pod["metadata"]["name"]
        for pod in guest.objects("pods")
        for container in pod["spec"]["containers"]
        if "nothing.invalid" in container["image"]
    ]
