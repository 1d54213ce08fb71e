"""Changes by hand on a real cluster: each is reported and set back, and none stops an update."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.changes.by_hand import CHANGES, Change, make
from tests.live.guest import Guest
from tests.live.project import Project, Ran
from tests.live.traffic import eventually

pytestmark = pytest.mark.live

_KINDS = (
    "configmaps", "cronjobs", "deployments", "horizontalpodautoscalers", "networkpolicies",
    "poddisruptionbudgets", "resourcequotas", "secrets", "services", "statefulsets",
)  # fmt: skip


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
    for change in CHANGES:
        make(shop, change)

    preview = shop.command("preview")
    assert _declared(shop) != before
    with _written_by_others(shop, "poddisruptionbudget/shop", "service/shop"):
        ran = shop.command("up")

    for change in CHANGES:
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
    for change in CHANGES:
        if change.plain:
            make(shop, change)
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


def _is_reported(change: Change, output: str, set_back: str = "recreated") -> None:
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
