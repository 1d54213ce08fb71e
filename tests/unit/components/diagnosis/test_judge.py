"""Belongs here: when a rollout has failed, and when it is healthy."""

import pytest

from components.diagnosis import Failed, Going, Healthy, Judge, Limits
from components.k8s.objects import Manifest
from tests.unit.components.diagnosis.scenes import (
    CREATING,
    LIMITS,
    READY,
    About,
    PodOf,
    Scene,
    assert_healthy,
    at,
    backing_off,
    condition,
    deployment,
    end,
    event,
    failure,
    job,
    outcome,
    pod,
    replica_sets,
    running,
    stateful_set,
    terminated,
    unscheduled,
    waiting,
)


def _crashing(last: Manifest) -> dict[float, Scene]:
    """Return a container that ends a second after each start, as the kubelet restarts it."""
    return {
        0: Scene([pod(running(0))]),
        1: Scene([pod(terminated(last))]),
        2: Scene([pod(running(2, restarts=1, last=last))]),
        3: Scene([pod(terminated(last, restarts=1))]),
        4: Scene([pod(backing_off(last, 1))]),
        14: Scene([pod(running(14, restarts=2, last=last))]),
        15: Scene([pod(terminated(last, restarts=2))]),
    }


def test_a_process_that_dies_fails_at_its_third_end() -> None:
    cause, _, seconds = failure(_crashing(end(1)))
    assert (cause, seconds) == ("exit-code", 15)


def test_a_process_that_cannot_ever_work_fails_at_its_second_end() -> None:
    cause, _, seconds = failure(_crashing(end(137, reason="OOMKilled")))
    assert (cause, seconds) == ("out-of-memory", 3)


def test_a_third_start_that_does_not_come_fails_the_rollout() -> None:
    timeline = {second: scene for second, scene in _crashing(end(1)).items() if second < 14}
    cause, _, seconds = failure(timeline)
    assert (cause, seconds) == ("exit-code", 23)


def test_a_process_that_is_ready_between_its_ends_is_not_healthy() -> None:
    """As one that listens, and dies after half a second: its pods are available in between."""
    last = end(3, at_seconds=6, ran=5)
    available = deployment(1, updated=1, available=1)
    timeline = {
        0: Scene([pod(running(0))]),
        5: Scene([pod(terminated(last))]),
        6: Scene([pod(running(6, ready=True, restarts=1, last=last))], available),
        11: Scene([pod(terminated(last, restarts=1))]),
        21: Scene([pod(running(21, ready=True, restarts=2, last=last))], available),
        26: Scene([pod(terminated(last, restarts=2))]),
    }
    cause, _, seconds = failure(timeline)
    assert (cause, seconds) == ("exit-code", 26)


def test_a_kill_for_memory_after_readiness_counts_within_min_ready_seconds() -> None:
    killed = end(137, reason="OOMKilled", at_seconds=20, ran=20)
    ready = deployment(1, updated=1)
    timeline = {
        0: Scene([pod(running(0, ready=True))], ready),
        20: Scene([pod(terminated(killed))], ready),
        21: Scene([pod(running(21, ready=True, restarts=1, last=killed))], ready),
        41: Scene([pod(terminated(killed, restarts=1))], ready),
    }
    cause, line, seconds = failure(timeline, Limits(60, min_ready_seconds=60))
    assert (cause, seconds) == ("out-of-memory", 41)
    assert line == (
        "web: container web of pod web-5d8-x2x4q on worker-2 was killed for memory after 20 s: it "
        "used more than its limit of 64Mi"
    )


def test_an_image_that_is_missing_fails_after_the_second_attempt() -> None:
    message = 'failed to resolve reference "r.example/web:1": r.example/web:1: not found'
    events = [event("Failed", f"Failed to pull image: {message}", About(seconds=1))]
    again = [event("Failed", f"Failed to pull image: {message}", About(seconds=12, count=2))]
    waits = [pod(waiting("ErrImagePull", message))]
    timeline = {0: Scene(waits, events=events), 12: Scene(waits, events=again)}
    cause, _, seconds = failure(timeline)
    assert (cause, seconds) == ("image-missing", 12)


def test_an_image_whose_attempts_no_event_shows_fails_once_there_were_two() -> None:
    message = 'failed to resolve reference "r.example/web:1": r.example/web:1: not found'
    _, _, seconds = failure({0: Scene([pod(waiting("ErrImagePull", message))])})
    assert seconds == 20


def test_a_registry_that_times_out_again_and_again_fails_after_the_budget() -> None:
    """A pull is not ended in the middle, but does not begin the budget again either."""
    message = "failed to do request: Head: dial tcp 10.0.0.1:443: i/o timeout"
    waits = [pod(waiting("ErrImagePull", message))]
    timeline: dict[float, Scene] = {}
    for attempt in range(4):
        begins, fails = attempt * 40, attempt * 40 + 30
        pulling = event("Pulling", "Pulling image", About(seconds=begins, count=attempt + 1))
        failed = event("Failed", "Failed to pull image", About(seconds=fails))
        before = event("Failed", "Failed to pull image", About(seconds=fails - 40))
        timeline |= {begins: Scene(waits, events=[pulling, before])}
        timeline |= {fails: Scene(waits, events=[pulling, failed])}
    cause, _, seconds = failure(timeline)
    assert (cause, seconds) == ("registry-unreachable", 70)


def test_a_pod_that_is_never_ready_fails_two_seconds_after_its_budget() -> None:
    message = "Readiness probe failed: HTTP probe failed with statuscode: 500"
    scene = Scene([pod(running(5))], events=[event("Unhealthy", message)])
    cause, _, seconds = failure({0: Scene([pod(CREATING)]), 5: scene})
    assert (cause, seconds) == ("probe-500", 67)


def test_what_the_cluster_lacks_fails_after_the_budget() -> None:
    message = "0/2 nodes are available: 2 Insufficient cpu."
    cause, _, seconds = failure({0: Scene([unscheduled(message)])})
    assert (cause, seconds) == ("no-cpu", 60)


def test_a_short_budget_leaves_the_cluster_half_a_minute() -> None:
    message = "0/2 nodes are available: 2 Insufficient cpu."
    _, _, seconds = failure({0: Scene([unscheduled(message)])}, Limits(5, min_ready_seconds=1))
    assert seconds == 30


def test_a_lost_node_fails_after_its_pods_could_have_been_recreated() -> None:
    ready = condition("Ready", "Unknown")
    node = {"metadata": {"name": "worker-2"}, "status": {"conditions": [ready]}}
    tolerations = [{"key": "node.kubernetes.io/unreachable", "tolerationSeconds": 30}]
    lost = pod(running(0), PodOf(spec={"tolerations": tolerations}))
    cause, _, seconds = failure({0: Scene([lost], nodes=[node])})
    assert (cause, seconds) == ("node-lost", 90)


def test_pods_that_fill_their_disk_fail_at_the_third_eviction() -> None:
    message = "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. "

    def evicted(number: int) -> Manifest:
        status = {"phase": "Failed", "reason": "Evicted", "message": message}
        return pod(terminated(end(137)), PodOf(name=f"web-{number}", status=status))

    pods = [evicted(number) for number in range(3)]
    cause, _, seconds = failure({0: Scene(pods[:1]), 30: Scene(pods[:2]), 60: Scene(pods)})
    assert (cause, seconds) == ("disk-limit", 60)


def test_a_paused_deployment_fails_with_the_command_that_resumes_it() -> None:
    verdict, seconds = outcome({0: Scene([], deployment(1, paused=True))})
    assert isinstance(verdict, Failed)
    assert verdict.trouble.cause == "paused"
    assert "kubectl --namespace=shop rollout resume deployment/web" in verdict.trouble.next_step
    assert seconds == 60


def test_a_rollout_that_stands_still_without_a_cause_fails_late() -> None:
    workload = deployment(1, total=1)
    cause, _, seconds = failure({0: Scene([], workload)})
    assert (cause, seconds) == ("stalled", 151)


def test_a_deployment_without_replicas_is_healthy() -> None:
    assert assert_healthy({0: Scene([], deployment(0))}) == 0


def test_a_deployment_without_replicas_is_not_healthy_before_its_controller_has_seen_it() -> None:
    unseen = deployment(0)
    unseen["status"]["observedGeneration"] = 1
    assert isinstance(outcome({0: Scene([], unseen)}, until=10)[0], Going)


def test_a_deployment_with_a_pod_of_the_previous_version_is_not_healthy() -> None:
    scene = Scene(READY.pods, deployment(1, updated=1, available=1, total=2))
    assert isinstance(outcome({0: scene}, until=10)[0], Going)


def test_a_deployment_is_not_healthy_before_its_pods_are_in_the_reading() -> None:
    assert isinstance(outcome({0: Scene([], READY.workload)}, until=10)[0], Going)


def _of_stateful_set(revision: str) -> Manifest:
    labels = {"controller-revision-hash": revision}
    return pod(running(0, ready=True), PodOf(name="web-0", owner="uid-web", labels=labels))


def test_a_stateful_set_is_healthy_at_its_newest_revision() -> None:
    done = stateful_set(1, updated=1, ready=1, current="r2")
    before = stateful_set(1, updated=0, ready=1)
    timeline = {
        0: Scene([_of_stateful_set("r1")], before),
        10: Scene([_of_stateful_set("r2")], done),
    }
    assert assert_healthy(timeline) == 10


def test_a_stateful_set_is_not_healthy_before_its_controller_has_seen_the_change() -> None:
    """Its counts are those of the revision before, and all of its pods are ready."""
    unseen = stateful_set(1, updated=1, ready=1, current="r2")
    unseen["status"]["observedGeneration"] = 1
    assert isinstance(outcome({0: Scene([_of_stateful_set("r2")], unseen)}, until=10)[0], Going)


def test_a_job_is_healthy_once_it_is_complete() -> None:
    assert assert_healthy({0: Scene([], job()), 5: Scene([], job(condition("Complete")))}) == 5


def test_a_job_without_a_retry_left_fails_with_what_ended_its_pod() -> None:
    ended = pod(
        terminated(end(1, message="relation users does not exist")),
        PodOf(owner="uid-web", status={"phase": "Failed"}, spec={"restartPolicy": "Never"}),
    )
    failed = job(condition("Failed", reason="BackoffLimitExceeded"))
    cause, line, seconds = failure({0: Scene([ended], job()), 3: Scene([ended], failed)})
    assert (cause, seconds) == ("exit-code", 3)
    assert line.startswith("web-migration-1: container web of pod")


def test_a_job_that_takes_too_long_fails_with_its_deadline() -> None:
    failed = job(condition("Failed", reason="DeadlineExceeded"))
    cause, line, _ = failure({0: Scene([], failed)})
    assert (cause, line) == ("job-deadline", "web-migration-1: the Job did not end within 300 s")


def test_a_refusal_by_a_policy_fails_as_waiting_does_not_help() -> None:
    message = 'pods "web-1" is forbidden: violates PodSecurity "restricted:latest": privileged'
    refusal = condition("ReplicaFailure", reason="FailedCreate", message=message)
    cause, _, seconds = failure({0: Scene(replica_sets=replica_sets(refusal))})
    assert (cause, seconds) == ("pod-security", 20)


def test_a_quota_that_stays_used_up_fails_a_stateful_set_by_its_event() -> None:
    message = (
        'create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: exceeded '
        "quota: small, used: cpu=2"
    )
    refused = event("FailedCreate", message, About(uid="uid-web", container=None))
    cause, _, seconds = failure({0: Scene([], stateful_set(), [refused])})
    assert (cause, seconds) == ("quota", 60)


def test_a_failed_job_blames_no_sidecar_that_was_ended_with_it() -> None:
    sidecar = {"proxy": terminated(end(143))}
    ended = pod(
        terminated(end(1)),
        PodOf(init=sidecar, owner="uid-web", spec={"restartPolicy": "Never"}),
    )
    failed = job(condition("Failed", reason="BackoffLimitExceeded"))
    _, line, _ = failure({0: Scene([ended], failed)})
    assert line.startswith("web-migration-1: container web of pod")


def test_a_pod_that_backs_off_since_before_the_rollout_has_the_budget() -> None:
    """As in an `up` that continues one that was interrupted: what it waited for may be there."""
    older = {"creationTimestamp": at(-300)}
    backs_off = pod(backing_off(end(1), 6), PodOf(metadata=older))
    cause, _, seconds = failure({0: Scene([backs_off])})
    assert (cause, seconds) == ("exit-code", 62)


def test_a_notice_is_shown_once() -> None:
    judge = Judge(LIMITS)
    scene = Scene([unscheduled("0/2 nodes are available: 2 Insufficient cpu.")])
    first, second = (judge.judge(scene.reading(seconds)) for seconds in (0, 0.5))
    assert first == Going(
        "web: pod web-5d8-x2x4q finds no node with enough CPU left: 0/2 nodes are available: 2 "
        "Insufficient cpu; waiting up to 60 s"
    )
    assert second == Going("web: 0 of 1 pods ready; starting")
    assert judge.judge(scene.reading(1)) == Going(None)


@pytest.mark.parametrize("kinds", [("Pulling",), ("Pulled", "Pulling")])
def test_a_notice_names_a_pull(kinds: tuple[str, ...]) -> None:
    events = [event(kind, kind, About(seconds=number)) for number, kind in enumerate(kinds)]
    verdict = Judge(LIMITS).judge(Scene([pod(CREATING)], events=events).reading())
    assert verdict == Going("web: 0 of 1 pods ready; pulling the image")


def test_events_of_earlier_readings_are_remembered() -> None:
    judge = Judge(Limits(5, min_ready_seconds=1))
    message = "Startup probe failed: HTTP probe failed with statuscode: 404"
    judge.judge(Scene([pod(running(0))], events=[event("Unhealthy", message)]).reading(0))
    verdict = judge.judge(Scene([pod(running(0))]).reading(10))
    assert isinstance(verdict, Failed) and verdict.trouble.cause == "probe-404"


def test_a_healthy_version_ends_the_rollout() -> None:
    assert Judge(LIMITS).judge(READY.reading()) == Healthy()
