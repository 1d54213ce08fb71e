"""Belongs here: troubles that pass by themselves, and must not fail a rollout."""

from components.diagnosis import Limits
from tests.unit.components.diagnosis.scenes import (
    CREATING,
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
    pod,
    replica_sets,
    running,
    terminated,
    unscheduled,
    waiting,
)

_UNAVAILABLE = (
    'failed to pull and unpack image "r.example/web:1": failed to resolve reference '
    '"r.example/web:1": unexpected status from HEAD request to https://r.example/v2/web/manifests/1'
    ": 503 Service Unavailable"
)
_NO_DNS = (
    'failed to pull and unpack image "r.example/web:1": failed to do request: Head '
    '"https://r.example/v2/web/manifests/1": dial tcp: lookup r.example: no such host'
)


def test_a_registry_that_answers_503_for_a_while_fails_nothing() -> None:
    waits = Scene([pod(waiting("ErrImagePull", _UNAVAILABLE))])
    assert_healthy({0: waits, 55: READY})


def test_a_registry_without_dns_for_a_while_fails_nothing() -> None:
    backs_off = f'Back-off pulling image "r.example/web:1": ErrImagePull: {_NO_DNS}'
    first = Scene([pod(waiting("ErrImagePull", _NO_DNS))])
    second = Scene([pod(waiting("ImagePullBackOff", backs_off))])
    assert_healthy({0: first, 2: second, 40: READY})


def test_the_third_pull_counts_however_short_the_start_up_budget_is() -> None:
    waits = Scene([pod(waiting("ErrImagePull", _NO_DNS))])
    assert_healthy({0: waits, 47: READY}, Limits(startup_seconds=5, min_ready_seconds=1))


def test_a_slow_pull_after_an_attempt_that_failed_fails_nothing() -> None:
    """The reason of the container stays that of the attempt before, until the pull has ended."""
    waits = [pod(waiting("ErrImagePull", "not found"))]
    failed = event("Failed", "Failed to pull image: not found", About(seconds=1))
    pulling = event("Pulling", "Pulling image", About(seconds=12, count=2))
    timeline = {0: Scene(waits, events=[failed]), 12: Scene(waits, events=[pulling]), 200: READY}
    assert_healthy(timeline)


def test_two_crashes_while_a_dependency_starts_fail_nothing() -> None:
    """The third start comes up to 16 s after the second failure, with a kubelet's longest delay."""
    crash = end(1, message="Error: connect ECONNREFUSED 10.96.0.7:5432")
    steady = Scene(
        [pod(running(22, ready=True, restarts=2, last=crash))],
        deployment(1, updated=1, available=1),
    )
    seconds = assert_healthy(
        {
            0: Scene([pod(running(0))]),
            2: Scene([pod(terminated(crash))]),
            3: Scene([pod(running(3, restarts=1, last=crash))]),
            5: Scene([pod(terminated(crash, restarts=1))]),
            6: Scene([pod(backing_off(crash, 1))]),
            21.5: Scene([pod(running(22, restarts=2, last=crash))]),
            25: steady,
        }
    )
    assert seconds >= 31, "a container that was restarted has to prove that it stays"


def test_caches_that_are_not_synced_fail_nothing() -> None:
    message = "failed to sync secret cache: timed out waiting for the condition"
    assert_healthy({0: Scene([pod(waiting("CreateContainerConfigError", message))]), 30: READY})


def test_a_mount_that_waits_for_a_cache_fails_nothing() -> None:
    message = (
        'MountVolume.SetUp failed for volume "tls" : failed to sync secret cache: timed out '
        "waiting for the condition"
    )
    events = [event("FailedMount", message, About(container=None))]
    assert_healthy({0: Scene([pod(CREATING)], events=events), 30: READY})


def test_a_runtime_error_128_that_comes_twice_fails_nothing() -> None:
    error = end(128, reason="StartError", message="failed to create shim task: context canceled")
    steady = Scene(
        [pod(running(14, ready=True, restarts=2, last=error))],
        deployment(1, updated=1, available=1),
    )
    assert_healthy(
        {
            0: Scene([pod(terminated(error))]),
            1: Scene(
                [pod(waiting("RunContainerError", "context canceled", last=error, restarts=1))]
            ),
            14: steady,
        }
    )


def test_evicted_and_preempted_pods_fail_nothing() -> None:
    gone = [
        pod(
            terminated(end(137)),
            PodOf(
                name=f"web-{number}",
                status={
                    "phase": "Failed",
                    "reason": reason,
                    "message": "The node was low on memory.",
                },
            ),
        )
        for number, reason in enumerate(("Evicted", "Evicted", "Evicted", "Preempting"))
    ]
    assert_healthy(
        {
            0: Scene([*gone, pod(CREATING)], events=[event("Pulling", "Pulling image")]),
            90: Scene([*gone, *READY.pods], READY.workload),
        }
    )


def test_a_pod_without_a_node_while_one_joins_fails_nothing() -> None:
    message = "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available."
    assert_healthy({0: Scene([unscheduled(message)]), 58: READY})


def test_a_slow_pull_does_not_use_up_the_budget() -> None:
    pulling = Scene([pod(CREATING)], events=[event("Pulling", 'Pulling image "r.example/web:1"')])
    starting = Scene([pod(running(300))], events=[event("Pulled", "Pulled", About(seconds=300))])
    assert_healthy({0: pulling, 300: starting, 355: READY})


def test_a_pull_that_no_event_shows_does_not_use_up_the_budget() -> None:
    assert_healthy({0: Scene([pod(CREATING)]), 300: READY})


def test_probes_that_fail_within_the_budget_fail_nothing() -> None:
    message = "Startup probe failed: HTTP probe failed with statuscode: 503"
    starting = Scene([pod(running(0))], events=[event("Unhealthy", message, About(count=50))])
    assert_healthy({0: starting, 61: READY})


def test_a_node_that_is_lost_and_comes_back_fails_nothing() -> None:
    def node(status: str) -> list[dict[str, object]]:
        ready = condition("Ready", status)
        return [{"metadata": {"name": "worker-2"}, "status": {"conditions": [ready]}}]

    starting = [pod(running(0))]
    assert_healthy(
        {
            0: Scene(starting, nodes=node("True")),
            10: Scene(starting, nodes=node("Unknown")),
            80: Scene(starting, nodes=node("True")),
            90: READY,
        }
    )


def test_an_init_container_that_fails_once_fails_nothing() -> None:
    failed = PodOf(init={"wait": terminated(end(1))})
    again = PodOf(init={"wait": running(5, restarts=1, last=end(1))})
    done = PodOf(init={"wait": terminated(end(0, reason="Completed"), restarts=1)})
    initializing = waiting("PodInitializing")
    assert_healthy(
        {
            0: Scene([pod(initializing, failed)]),
            5: Scene([pod(initializing, again)]),
            20: Scene([pod(running(20, ready=True), done)], READY.workload),
        }
    )


def test_crashing_pods_of_the_previous_version_fail_nothing() -> None:
    old = pod(backing_off(end(1), 9), PodOf(name="web-old-1", old=True))
    starting = Scene([old, pod(running(0))], deployment(1, updated=1, total=2))
    assert_healthy({0: starting, 50: READY})


def test_a_quota_that_is_freed_fails_nothing() -> None:
    refusal = condition(
        "ReplicaFailure",
        reason="FailedCreate",
        message='pods "web-5d8" is forbidden: exceeded quota: small, requested: cpu=2, used: cpu=2',
    )
    assert_healthy({0: Scene(replica_sets=replica_sets(refusal)), 55: READY})


def test_an_admission_webhook_that_is_away_for_a_moment_fails_nothing() -> None:
    refusal = condition(
        "ReplicaFailure",
        reason="FailedCreate",
        message='Internal error occurred: failed calling webhook "pods.example.com": EOF',
    )
    assert_healthy({0: Scene(replica_sets=replica_sets(refusal)), 45: READY})


def test_an_autoscaler_that_scales_meanwhile_fails_nothing() -> None:
    ready = [pod(running(0, ready=True), PodOf(name=f"web-{number}")) for number in range(4)]
    assert_healthy(
        {
            0: Scene(ready[:2], deployment(2, updated=2, available=1)),
            10: Scene(ready[:2], deployment(4, updated=2, available=2)),
            30: Scene(ready, deployment(4, updated=4, available=4)),
        }
    )


def test_missing_readings_while_the_api_server_changes_its_leader_fail_nothing() -> None:
    verdict_before = Scene([pod(running(0))])
    assert_healthy({0: verdict_before, 5: READY})
    late = Scene([pod(running(40, ready=True))], READY.workload)
    assert_healthy({40: late})


def test_a_controller_that_sees_the_change_late_fails_nothing() -> None:
    unseen = deployment(1, updated=1, available=1)
    unseen["status"]["observedGeneration"] = 1
    old = pod(running(ready=True), PodOf(name="web-old", old=True))
    assert_healthy({0: Scene([old], unseen), 40: READY})


def test_crashes_before_the_controller_has_seen_the_change_fail_nothing() -> None:
    unseen = deployment(1)
    unseen["status"]["observedGeneration"] = 1
    crashing = pod(terminated(end(137, reason="OOMKilled"), restarts=4))
    assert_healthy({0: Scene([crashing], unseen), 10: READY})


def test_a_pod_that_loses_its_readiness_late_in_a_rollout_has_the_budget_again() -> None:
    first, second = PodOf(name="web-1"), PodOf(name="web-2")
    ready = pod(running(0, ready=True), first)
    workload = deployment(2, updated=2, available=1)
    assert_healthy(
        {
            0: Scene([ready, pod(CREATING, second)], workload),
            100: Scene([pod(running(0), first), pod(running(100), second)], workload),
            103: Scene(
                [ready, pod(running(100, ready=True), second)],
                deployment(2, updated=2, available=2),
            ),
        }
    )


def test_restarts_of_a_pod_from_before_the_rollout_do_not_count() -> None:
    served = running(0, ready=True, restarts=7, last=end(1))
    older = PodOf(metadata={"creationTimestamp": at(-3600)})
    assert assert_healthy({0: Scene([pod(served, older)], READY.workload)}) == 0
