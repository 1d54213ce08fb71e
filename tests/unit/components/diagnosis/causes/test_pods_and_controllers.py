"""Belongs here: causes of pods that find no node or cannot be prepared, or are not created."""

import pytest

from components.diagnosis import Reading, troubles
from tests.unit.components.diagnosis.scenes import (
    CREATING,
    About,
    PodOf,
    Scene,
    condition,
    event,
    pod,
    replica_sets,
    unscheduled,
)

_SET_UP = "MountVolume.SetUp failed for volume"
_POLICY = "ValidatingAdmissionPolicy 'team' with binding 'team' denied request: no label team"
_NO_ACCOUNT = 'error looking up service account shop/robot: serviceaccount "robot" not found'


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("1 node(s) had untolerated taint(s), 2 Insufficient cpu.", "no-cpu"),
        ("3 Insufficient memory.", "no-memory"),
        ("3 Insufficient ephemeral-storage.", "no-disk"),
        ("3 Too many pods.", "no-resource"),
        ("3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.", "taints"),
        (
            "1 node(s) had untolerated taint(s), 2 node(s) had no available volume zone.",
            "volume-zone",
        ),
        ("3 node(s) didn't match PersistentVolume's node affinity.", "volume-zone"),
        (
            "2 node(s) didn't match Pod's node affinity/selector, 1 node(s) had taint.",
            "node-labels",
        ),
        ("3 node(s) didn't match pod anti-affinity rules.", "kept-apart"),
        ("3 node(s) were unschedulable.", "cordoned"),
        ("pod has unbound immediate PersistentVolumeClaims.", "claim-pending"),
        ('persistentvolumeclaim "data" not found.', "claim-pending"),
        ("3 node(s) didn't have free ports for the requested pod ports.", "host-port"),
    ],
)
def test_a_pod_without_a_node_has_a_cause(message: str, cause: str) -> None:
    trouble = troubles(Scene([unscheduled(f"0/3 nodes are available: {message}")]).reading())[0]
    assert trouble.cause == cause
    assert trouble.first_line.startswith("web: pod web-5d8-x2x4q ")
    assert "preemption" not in trouble.first_line


def test_a_pending_claim_shows_what_its_provisioner_reports() -> None:
    waits = unscheduled(
        "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."
    )
    waits["spec"]["volumes"] = [{"persistentVolumeClaim": {"claimName": "data-web-0"}}]
    message = 'storageclass.storage.k8s.io "fast" not found'
    about = About(kind="PersistentVolumeClaim", pod="data-web-0", container=None)
    trouble = troubles(
        Scene([waits], events=[event("ProvisioningFailed", message, about)]).reading()
    )[0]
    assert trouble.first_line.endswith(f"waits for its volume: {message}")


@pytest.mark.parametrize(
    ("reason", "message", "cause"),
    [
        ("FailedMount", f'{_SET_UP} "tls" : secret "web-tls" not found', "missing-object"),
        ("FailedMount", f'{_SET_UP} "t" : references non-existent secret key: ca', "missing-key"),
        ("FailedMount", f'{_SET_UP} "data" : mount failed: exit status 32', "volume-mount"),
        ("FailedAttachVolume", 'Multi-Attach error for volume "pvc-1" Volume', "volume-attached"),
        ("FailedCreatePodSandBox", "Failed to create pod sandbox: plugin failed", "pod-network"),
    ],
)
def test_a_pod_that_cannot_be_prepared_has_a_cause(reason: str, message: str, cause: str) -> None:
    events = [event(reason, message, About(container=None))]
    assert troubles(Scene([pod(CREATING)], events=events).reading())[0].cause == cause


def test_a_failed_mount_is_over_once_the_image_is_pulled() -> None:
    events = [
        event("FailedMount", "MountVolume.SetUp failed: busy", About(container=None, seconds=1)),
        event("Pulling", "Pulling image", About(seconds=4)),
    ]
    assert troubles(Scene([pod(CREATING)], events=events).reading()) == ()


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ('pods "a" is forbidden: exceeded quota: small, requested: cpu=2, used: cpu=2', "quota"),
        (
            'pods "a" is forbidden: violates PodSecurity "restricted:latest": privileged',
            "pod-security",
        ),
        ('admission webhook "rules.example" denied the request: no label team', "admission"),
        (f'pods "a" is forbidden: {_POLICY}', "admission"),
        ('Internal error occurred: failed calling webhook "rules.example": EOF', "webhook-away"),
        (f'pods "a" is forbidden: {_NO_ACCOUNT}', "service-account"),
        ('pods "a" is forbidden: maximum memory usage per Container is 32Mi', "pods-refused"),
        ("etcdserver: request timed out", "pods-not-created"),
    ],
)
def test_pods_that_are_not_created_have_a_cause(message: str, cause: str) -> None:
    refusal = condition("ReplicaFailure", reason="FailedCreate", message=message)
    trouble = troubles(Scene(replica_sets=replica_sets(refusal)).reading())[0]
    assert trouble.cause == cause
    assert trouble.first_line.startswith("web: the Deployment cannot create pods: ")


def test_a_refusal_of_the_previous_version_is_no_trouble() -> None:
    refusal = condition("ReplicaFailure", reason="FailedCreate", message="exceeded quota: small")
    old, new = replica_sets()
    old["status"]["conditions"].append(refusal)
    assert troubles(Scene(replica_sets=[old, new]).reading()) == ()


def test_a_pod_of_a_lost_node_is_not_blamed_for_its_containers() -> None:
    node = {
        "metadata": {"name": "worker-2"},
        "status": {"conditions": [condition("Ready", "Unknown")]},
    }
    lost = pod(CREATING, PodOf())
    reading: Reading = Scene([lost], nodes=[node]).reading()
    assert [each.cause for each in troubles(reading)] == ["node-lost"]
