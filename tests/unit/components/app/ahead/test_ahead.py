"""What an update of a workload has ahead of it: without a write, and looked up twice."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from components.app import ahead
from components.app.ahead import Outlook, findings, look_ahead
from components.k8s.api import Api, ApiError

from .cluster import (
    Cluster,
    Manifest,
    cron_job,
    deployment,
    forbidden,
    from_secret,
    job,
    node,
    stateful_set,
    with_env,
)

_DB = with_env(from_secret("DATABASE_URL", "db", "url"))


def test_a_workload_that_the_cluster_accepts_has_no_findings() -> None:
    cluster = Cluster()

    assert findings(cast("Api", cluster), deployment(), None, "slipway-test") == []


@pytest.mark.parametrize(
    "manifest",
    [
        deployment(_DB),
        stateful_set(_DB, storage_class="fast"),
        job("web-1", _DB),
        cron_job("web", _DB),
    ],
    ids=lambda manifest: manifest["kind"],
)
def test_nothing_is_written(manifest: Manifest) -> None:
    cluster = Cluster()
    cluster.holds("/api/v1/nodes", node(taint="dedicated=db:NoSchedule"))
    cluster.refuse_pods("too bad")

    assert "Secret missing" in cluster.causes(manifest)

    writes = [each for each in cluster.requests if not each.startswith("GET ")]
    assert len(writes) >= 4 and all("dryRun=True" in each for each in writes)


def test_the_workload_is_tried_under_its_field_manager() -> None:
    cluster = Cluster()
    cluster.outlook(deployment())

    path = "/apis/apps/v1/namespaces/shop/deployments/web"
    assert f"PATCH {path} dryRun=True by slipway-test" in cluster.requests
    assert "POST /api/v1/namespaces/shop/pods dryRun=True" in cluster.requests


def test_what_is_created_meanwhile_is_no_finding() -> None:
    cluster = Cluster()
    path = "/api/v1/namespaces/shop/secrets/db"
    cluster.after_first = lambda: cluster.objects.update({path: {"data": {"url": "eA=="}}})

    assert cluster.causes(deployment(_DB)) == []
    assert cluster.requests.count(f"GET {path}") == 2


def test_what_only_the_second_look_finds_is_no_finding() -> None:
    cluster = Cluster()
    cluster.after_first = lambda: cluster.refuse_pods(
        'pods "web-" is forbidden: no PriorityClass with name top was found'
    )

    assert cluster.causes(deployment(_DB)) == ["Secret missing"]


def test_an_account_that_may_read_nothing_has_no_findings() -> None:
    cluster = Cluster()
    cluster.unreadable[""] = forbidden('User "deployer" cannot get resource "secrets"')
    cluster.refuse_pods(
        'pods is forbidden: User "deployer" cannot create resource "pods" in API group "" in the '
        'namespace "shop"'
    )

    assert cluster.causes(stateful_set(_DB, storage_class="fast")) == []


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_an_api_server_that_does_not_answer_has_no_findings(status: int) -> None:
    cluster = Cluster()
    cluster.unreadable[""] = ApiError(status, "", "the API server does not answer")
    cluster.refuse_workload("the API server does not answer", status=status)
    cluster.refuse_pods("the API server does not answer", status=status)

    assert cluster.causes(stateful_set(_DB, storage_class="fast")) == []


def test_what_does_not_answer_in_time_does_not_stop_an_update() -> None:
    class Slow(Cluster):
        def get(self, path: str, **query: str) -> Manifest:
            time.sleep(20)
            return super().get(path)

    start = time.monotonic()
    outlook = look_ahead(cast("Api", Slow()), deployment(_DB), None, "slipway-test")

    assert outlook.findings == () and time.monotonic() - start < 6


def test_a_failure_is_reported_within_three_seconds() -> None:
    start = time.monotonic()
    outlook = look_ahead(cast("Api", Cluster()), deployment(_DB), None, "slipway-test")

    assert len(outlook.findings) == 1 and time.monotonic() - start < 3


def test_what_is_found_in_two_ways_is_reported_once() -> None:
    cluster = Cluster()
    cluster.refuse_pods(
        'pods "web-" is forbidden: error looking up service account shop/robot: serviceaccount '
        '"robot" not found'
    )

    def as_robot(spec: Manifest) -> None:
        spec["serviceAccountName"] = "robot"

    assert cluster.causes(deployment(as_robot)) == ["ServiceAccount missing"]


def test_many_workloads_take_turns_so_that_none_waits_for_the_others_within_its_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def together(*_given: object) -> Outlook:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return Outlook((), ())

    monkeypatch.setattr(ahead, "_together", together)
    api = cast("Api", Cluster())

    with ThreadPoolExecutor(20) as pool:
        looks = [pool.submit(look_ahead, api, deployment(), None, "slipway") for _ in range(20)]
    assert [look.result().findings for look in looks] == [()] * 20
    assert most == 4
