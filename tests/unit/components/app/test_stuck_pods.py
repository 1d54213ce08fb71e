"""Pods of a version that never gets ready, which an update of a StatefulSet would wait for."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pulumi
import pytest

from components.app import stuck_pods
from components.app.hooks import Workload
from components.app.stuck_pods import before, delete_stuck, stuck_pods_hook
from components.machine.runner import CommandError

from ..plan import quiet_loop

_WEB = Workload("StatefulSet", "web", "shop")
_OWNER = "uid-of-web"


class Cluster:
    """A cluster with the StatefulSet `web`, whose version 1 runs and whose version 2 is broken."""

    def __init__(self) -> None:
        self.generation = self.observed = 2
        self.revision = "v2"
        self.pods = {
            "web-0": _pod("web-0", "v1", ready=True),
            "web-1": _pod("web-1", "v1", ready=True),
            "web-2": _pod("web-2", "v2", ready=False),
        }
        self.steps: list[Callable[[], None]] = []
        """What happens before each look at the StatefulSet."""
        self.deleted: list[str] = []
        self.error = ""

    def kubectl(
        self, _runner: object, kubeconfig: str, *arguments: str, stdin: str | None = None
    ) -> str:
        assert kubeconfig == "credentials"
        if self.error:
            raise CommandError("kubectl", "failed", self.error)
        match arguments:
            case ["get", "pods", "--namespace=shop", selector, "--output=json"]:
                assert selector == "--selector=app.kubernetes.io/name=web"
                return json.dumps({"items": list(self.pods.values())})
            case ["get", "statefulset", "web", "--namespace=shop", "--output=json"]:
                if self.steps:
                    self.steps.pop(0)()
                return json.dumps(
                    {
                        "metadata": {"generation": self.generation, "uid": _OWNER},
                        "status": {
                            "observedGeneration": self.observed,
                            "updateRevision": self.revision,
                        },
                    }
                )
            case ["delete", "--raw", path, "--filename=-"]:
                self._delete(path.rpartition("/")[2], json.loads(stdin or ""))
                return ""
        raise AssertionError(f"not known here: {arguments}")

    def _delete(self, name: str, options: dict[str, Any]) -> None:
        metadata = self.pods[name]["metadata"]
        seen = {key: metadata[key] for key in ("uid", "resourceVersion")}
        if options["preconditions"] != seen:
            raise CommandError("kubectl", "failed", "Error from server (Conflict)")
        self.deleted.append(f"{name} of {metadata['labels']['controller-revision-hash']}")
        self.pods[name] = _pod(name, self.revision, ready=False)

    def apply(self) -> None:
        """The update to version 3 reaches the API server."""
        self.generation = 3

    def observe(self) -> None:
        """The controller sees the update."""
        self.observed, self.revision = 3, "v3"

    def change(self, name: str, ready: bool) -> None:
        """A pod gets ready, or no longer is."""
        revision = self.pods[name]["metadata"]["labels"]["controller-revision-hash"]
        uid = self.pods[name]["metadata"]["uid"]
        self.pods[name] = _pod(name, revision, ready=ready)
        self.pods[name]["metadata"]["uid"] = uid


_serial = iter(range(1, 10**6))


def _pod(name: str, revision: str, *, ready: bool) -> dict[str, Any]:
    number = str(next(_serial))
    return {
        "metadata": {
            "name": name,
            "uid": f"uid-{number}",
            "resourceVersion": number,
            "labels": {"controller-revision-hash": revision},
            "ownerReferences": [{"uid": _OWNER}],
        },
        "status": {"conditions": [{"type": "Ready", "status": str(ready)}]},
    }


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster in place of the one that kubectl would reach."""
    cluster = Cluster()
    monkeypatch.setattr(stuck_pods, "kubectl", cluster.kubectl)
    monkeypatch.setattr(stuck_pods, "_PAUSE_SECONDS", 0)
    return cluster


def _update(cluster: Cluster, *steps: Callable[[], None], seconds: float = 5) -> float:
    """Let the steps happen one by one after the hook's own look; return how long it took."""
    start = before(_WEB, "credentials")
    assert start is not None
    cluster.steps = list(steps)
    started = time.monotonic()
    delete_stuck(_WEB, "credentials", start, started + seconds)
    return time.monotonic() - started


def _nothing() -> None:
    """Nothing happens between two looks."""


def test_a_broken_pod_is_deleted_once_the_controller_gives_it_the_new_revision(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    deleted_too_early: list[str] = []

    def applied() -> None:
        deleted_too_early.extend(cluster.deleted)
        cluster.apply()

    def observed() -> None:
        deleted_too_early.extend(cluster.deleted)
        cluster.observe()

    took = _update(cluster, _nothing, applied, _nothing, observed)

    assert deleted_too_early == [], "the controller would recreate it as it was"
    assert cluster.deleted == ["web-2 of v2"]
    assert "deleted the pod web-2 of an earlier version" in capsys.readouterr().out
    assert took < 4, "it ends with its work, not at the deadline"


def test_ready_pods_and_those_of_the_new_revision_are_never_deleted(cluster: Cluster) -> None:
    cluster.pods["web-2"] = _pod("web-2", "v3", ready=False)
    cluster.apply()
    cluster.observe()

    _update(cluster, _nothing, _nothing, seconds=0.2)

    assert cluster.deleted == []


def test_a_pod_that_was_ready_before_the_update_is_left_to_the_controller(
    cluster: Cluster,
) -> None:
    def fall_ill() -> None:
        cluster.change("web-0", ready=False)

    _update(cluster, fall_ill, cluster.apply, cluster.observe, _nothing)

    assert cluster.deleted == ["web-2 of v2"]


def test_a_pod_that_gets_ready_in_the_last_moment_stays(cluster: Cluster) -> None:
    def heal_between_two_looks() -> None:
        cluster.observe()
        cluster.change("web-2", ready=True)

    _update(cluster, cluster.apply, heal_between_two_looks)

    assert cluster.deleted == []


@pytest.mark.parametrize(
    "change",
    [{"deletionTimestamp": "2026-01-01T00:00:00Z"}, {"ownerReferences": [{"uid": "of-another"}]}],
)
def test_pods_that_end_and_those_of_other_owners_are_not_touched(
    cluster: Cluster, change: dict[str, Any]
) -> None:
    cluster.pods["web-2"]["metadata"].update(change)

    _update(cluster, cluster.apply, cluster.observe, seconds=0.2)

    assert cluster.deleted == []


def test_the_same_version_again_deletes_nothing(cluster: Cluster) -> None:
    _update(cluster, seconds=0.2)

    assert cluster.deleted == []


def test_what_a_killed_run_has_applied_is_healed_by_the_next(cluster: Cluster) -> None:
    cluster.apply()
    cluster.observe()

    _update(cluster)

    assert cluster.deleted == ["web-2 of v2"]


def test_a_cluster_that_is_busy_for_a_moment_is_asked_again(cluster: Cluster) -> None:
    def fail() -> None:
        raise CommandError("kubectl", "failed", "etcdserver: request timed out")

    _update(cluster, fail, cluster.apply, fail, cluster.observe)

    assert cluster.deleted == ["web-2 of v2"]


@pytest.mark.parametrize(
    ("error", "is_shown"), [("Error from server (NotFound)", False), ("Forbidden", True)]
)
def test_a_cluster_that_does_not_show_its_pods_stops_no_update(
    cluster: Cluster, capsys: pytest.CaptureFixture[str], error: str, is_shown: bool
) -> None:
    cluster.error = error

    assert before(_WEB, "credentials") is None
    assert ("web: pods that an update would wait for" in capsys.readouterr().out) is is_shown


def test_the_hook_returns_at_once_and_its_work_goes_on_during_the_update(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    works: list[Callable[[Any], Awaitable[None]]] = []

    def registered(name: str, work: Callable[[Any], Awaitable[None]]) -> Any:
        assert name == "web-stuck-pods"
        works.append(work)
        return pulumi.ResourceHookBinding()

    monkeypatch.setattr(stuck_pods, "before_update", registered)
    with quiet_loop() as loop:
        kubeconfig: pulumi.Output[str] = pulumi.Output.from_input("credentials")
        stuck_pods_hook(_WEB, kubeconfig, 30)
        loop.run_until_complete(works[0](None))

    assert cluster.deleted == []
    cluster.apply()
    cluster.observe()
    deadline = time.monotonic() + 5
    while not cluster.deleted and time.monotonic() < deadline:
        time.sleep(0.01)
    assert cluster.deleted == ["web-2 of v2"]
