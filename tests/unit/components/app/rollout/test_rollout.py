"""A rollout from the checks before it to its end, on a cluster that a double plays."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from components.app.ahead import Finding, Outlook
from components.app.rollout import RolloutArgs, rollout
from components.app.rollout.back import Versions
from components.app.rollout.rollout import Rollout
from components.diagnosis import Failed, Going, Healthy, Limits, Reading, Verdict, troubles
from components.k8s.api import ApiError
from components.k8s.objects import Manifest
from components.machine.runner import LocalError

from ...doubles.api import ApiDouble
from .manifests import cluster, live, workload

_OLD, _NEW = workload("web@sha256:1"), workload("web@sha256:2")
_LIMITS = Limits(startup_seconds=60, min_ready_seconds=1)
_LOG = "/api/v1/namespaces/shop/pods/web-0/log?container=web&previous=true&tailLines="


class Scene:
    """A rollout about which the judge says what it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, api: ApiDouble) -> None:
        self.api = api
        self.folder = folder
        self.verdicts: list[Callable[[Reading], Verdict]] = [lambda _reading: Healthy()]
        self.outlook = Outlook((), ())
        self.shown: list[str] = []
        self.waited: list[set[str]] = []
        self.seconds = 0.0
        monkeypatch.setattr(rollout, "api", lambda _kubeconfig: api)
        monkeypatch.setattr(rollout, "look_ahead", lambda *_given: self.outlook)
        monkeypatch.setattr(rollout, "Judge", lambda _limits: self)
        monkeypatch.setattr(
            rollout, "wait_for_endpoints", lambda *given: self.waited.append(given[2])
        )
        monkeypatch.setattr(rollout.time, "sleep", self._sleep)
        monkeypatch.setattr(rollout.time, "monotonic", lambda: self.seconds)

    def _wait_for(self, _api: object, _manifest: Manifest, pods: set[str]) -> None:
        self.waited.append(pods)

    def _sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def judge(self, reading: Reading) -> Verdict:
        return (self.verdicts.pop(0) if len(self.verdicts) > 1 else self.verdicts[0])(reading)

    def run(
        self, new: Manifest = _NEW, old: Manifest | None = _OLD, kept: str = "",
        secrets: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.rollout(new, old, kept, secrets).run(self.shown.append)

    def rollout(
        self, new: Manifest = _NEW, old: Manifest | None = _OLD, kept: str = "",
        secrets: Sequence[str] = (),
    ) -> Rollout:  # fmt: skip
        args = RolloutArgs("web", "kind", self.folder, _LIMITS, kept)
        return Rollout(args, Versions(new, old), "credentials", secrets)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Scene:
    api = cluster(live(_OLD), ready=3)
    api.react = live
    return Scene(monkeypatch, tmp_path, api)


def _started(manifest: Manifest) -> Manifest:
    """Return a version as it is written until it serves."""
    annotations = {**manifest["metadata"]["annotations"], "slipway.dev/unfinished-rollout": "true"}
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": annotations}}


def _crashed(scene: Scene) -> None:
    """Let a pod of the new version have crashed, and the judge say so."""
    pod: dict[str, Any] = scene.api.lists["/api/v1/namespaces/shop/pods"][0]
    ended = {"exitCode": 3, "reason": "Error"}
    status = {
        "name": "web", "ready": False, "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": ended},
    }  # fmt: skip
    pod["status"] = {"phase": "Running", "containerStatuses": [status]}
    scene.verdicts = [lambda reading: Failed(troubles(reading)[0])]
    for lines in (60, 500):  # of the message, and of the evidence
        scene.api.texts[f"{_LOG}{lines}"] = "connecting as hunter22\nno licence"


def test_a_version_is_written_and_waited_for_until_the_service_leads_to_its_pods(
    scene: Scene,
) -> None:
    scene.verdicts = [
        lambda _r: Going("1 of 3 pods ready"),
        lambda _r: Going("1 of 3 pods ready"),
        lambda _r: Healthy(),
    ]

    scene.run()

    assert scene.api.applied == [_started(_NEW)]
    assert scene.shown == ["1 of 3 pods ready"], "each line once"
    assert scene.waited == [{"web-0", "web-1", "web-2"}]


def test_what_cannot_succeed_is_refused_and_nothing_is_written(scene: Scene) -> None:
    finding = Finding("Secret missing", "web: the Secret `s` is missing", "why", "create it")
    scene.outlook = Outlook((finding,), ())

    with pytest.raises(LocalError) as refused:
        scene.run()

    assert scene.api.applied == []
    assert str(refused.value).splitlines() == [
        "web: the Secret `s` is missing", "why", "nothing was changed", "  next: create it"
    ]  # fmt: skip


def test_what_an_update_may_have_to_wait_for_is_shown(scene: Scene) -> None:
    scene.outlook = Outlook((), ("web: no node has room yet",))

    scene.run()

    assert scene.shown == ["web: no node has room yet"]


def test_a_failed_version_is_explained_and_the_one_before_is_back(scene: Scene) -> None:
    _crashed(scene)

    with pytest.raises(LocalError) as failed:
        scene.run()

    message = str(failed.value)
    assert scene.api.applied == [_started(_NEW), _OLD]
    assert message.startswith("web: container web of pod web-0 ended with exit code 3")
    assert "| no licence" in message
    assert "returned to the version before, web@sha256:1" in message
    assert message.splitlines()[-1].startswith("  next: ")


def test_evidence_and_message_have_no_secret_of_the_stack(scene: Scene) -> None:
    _crashed(scene)

    with pytest.raises(LocalError) as failed:
        scene.run(secrets=["hunter22"])

    (kept,) = (scene.folder / ".slipway/rollouts/kind/web").iterdir()
    texts = {file.name: file.read_text(encoding="utf-8") for file in kept.iterdir()}
    assert {"message.txt", "pods.json", "workload.json", "events.json"} <= set(texts)
    assert "no licence" in texts["web-0.web.previous.log"]
    assert texts["message.txt"].strip() == str(failed.value)
    for text in (*texts.values(), str(failed.value)):
        assert "hunter22" not in text


def test_a_checkout_that_cannot_be_written_to_does_not_prevent_the_return(scene: Scene) -> None:
    _crashed(scene)
    (scene.folder / ".slipway").write_text("in the way", encoding="utf-8")

    with pytest.raises(LocalError, match="evidence was not kept"):
        scene.run()

    assert scene.api.applied[-1] == _OLD


def test_a_version_stays_where_the_settings_say_so(scene: Scene) -> None:
    _crashed(scene)

    with pytest.raises(LocalError, match="the new version stays: rollbackOnFailure is false"):
        scene.run(kept="rollbackOnFailure is false")

    assert scene.api.applied == [_started(_NEW)]


def test_an_api_server_that_is_away_for_a_moment_is_waited_for(scene: Scene) -> None:
    get = scene.api.get

    def flaky(path: str, **query: str) -> dict[str, Any]:
        if scene.api.applied and scene.seconds < 40:
            raise ApiError(0, "Unreachable", "no answer")
        return get(path, **query)

    scene.api.get = flaky

    scene.run()

    assert scene.waited, "the rollout has succeeded"
    assert scene.seconds >= 40


def test_a_cluster_that_does_not_answer_any_more_is_reported(scene: Scene) -> None:
    get = scene.api.get

    def dead(path: str, **query: str) -> dict[str, Any]:
        if scene.api.applied:
            raise ApiError(0, "Unreachable", "no answer")
        return get(path, **query)

    scene.api.get = dead

    with pytest.raises(LocalError, match="did not answer for 60 s") as lost:
        scene.run()

    assert "pulumi up" in lost.value.next_step


def test_a_workload_that_is_deleted_meanwhile_is_reported_at_once(scene: Scene) -> None:
    scene.verdicts = [lambda _r: scene.api.objects.clear() or Going(), lambda _r: Healthy()]

    with pytest.raises(LocalError, match="was deleted during its rollout"):
        scene.run()

    assert scene.seconds < 2


def test_a_cron_job_is_written_by_pulumi_alone(scene: Scene) -> None:
    scene.run(workload(kind="CronJob"), None)

    assert scene.api.applied == []
    assert scene.waited == []


def test_a_version_that_stops_serving_under_pulumis_own_wait_is_explained_and_returned(
    scene: Scene,
) -> None:
    _crashed(scene)

    message = scene.rollout().explain_late()

    assert message.startswith("web: container web of pod web-0 ended with exit code 3")
    assert scene.api.applied == [_OLD]


def test_a_first_version_that_stops_serving_then_stays_as_pulumi_has_it(scene: Scene) -> None:
    _crashed(scene)

    message = scene.rollout(old=None).explain_late()

    assert message.startswith("web: container web of pod web-0 ended with exit code 3")
    assert (scene.api.applied, scene.api.deleted) == ([], [])


def test_nothing_is_said_or_changed_where_nothing_is_wrong_any_more(scene: Scene) -> None:
    assert scene.rollout().explain_late() == ""
    assert scene.api.applied == []


def test_a_rollout_that_is_stopped_ends_without_an_error_and_can_be_undone(scene: Scene) -> None:
    scene.verdicts = [lambda _r: Going("1 of 3 pods ready")]
    rollout = scene.rollout()

    rollout.check(scene.shown.append)
    stops = iter([False, True])
    rollout.start(scene.shown.append, lambda: next(stops))
    with pytest.raises(LocalError) as undone:
        rollout.undo("api failed")

    assert scene.api.applied == [_started(_NEW), _OLD]
    assert str(undone.value).startswith("web: returned to the version before, web@sha256:1")
    assert "for api failed" in str(undone.value)


def test_a_rollout_that_is_stopped_before_it_starts_writes_nothing(scene: Scene) -> None:
    rollout = scene.rollout()

    rollout.check(scene.shown.append)
    rollout.start(scene.shown.append, lambda: True)

    assert scene.api.applied == []


def test_a_rollout_that_was_not_started_is_undone_without_a_write(scene: Scene) -> None:
    rollout = scene.rollout()

    rollout.check(scene.shown.append)
    with pytest.raises(LocalError, match="web: not started, as api failed"):
        rollout.undo("api failed")

    assert scene.api.applied == []


def test_a_version_that_is_to_stay_stays_when_another_application_fails(scene: Scene) -> None:
    rollout = scene.rollout(kept="rollbackOnFailure is false")

    rollout.check(scene.shown.append)
    rollout.start(scene.shown.append)
    with pytest.raises(LocalError, match="stays though api failed: rollbackOnFailure is false"):
        rollout.undo("api failed")

    assert scene.api.applied == [_started(_NEW)]
