"""Quotas that can never hold an update, and those that others use up."""

import pytest

from .cluster import (
    Cluster,
    Manifest,
    cron_job,
    deployment,
    job,
    running,
    stateful_set,
)

_BEST_EFFORT = {"scopeName": "BestEffort", "operator": "Exists"}
_QUOTAS = "/api/v1/namespaces/shop/resourcequotas"


def _cluster(hard: dict[str, str], **spec: object) -> Cluster:
    cluster = Cluster()
    quota = {
        "metadata": {"name": "small"},
        "spec": {"hard": hard, **spec},
        "status": {"used": hard},
    }
    cluster.holds(_QUOTAS, quota)
    return cluster


def _lines(cluster: Cluster, manifest: Manifest, live: Manifest | None = None) -> list[str]:
    """Return the details of the findings for quotas."""
    findings = cluster.outlook(manifest, live).findings
    assert all(each.cause == "quota" for each in findings)
    return [line for each in findings for line in each.details.splitlines()]


def _other_image(spec: Manifest) -> None:
    spec["containers"][0]["image"] = "registry.example/web@sha256:new"


def test_a_quota_with_fewer_pods_than_replicas_is_a_finding() -> None:
    cluster = _cluster({"pods": "2"})

    (finding,) = cluster.outlook(deployment(replicas=3)).findings

    assert "the ResourceQuota `small` of the namespace shop is too small" in finding.message
    assert finding.details == "pods: the quota allows 2, and the update needs 3 pods at once"
    assert "kubectl describe resourcequota small --namespace=shop" in finding.next_step


def test_an_update_needs_one_pod_beside_those_that_run() -> None:
    live = running(deployment(replicas=3))

    assert _lines(_cluster({"pods": "4"}), deployment(_other_image, replicas=3), live) == []
    assert _lines(_cluster({"pods": "3"}), deployment(_other_image, replicas=3), live) == [
        (
            "pods: the quota allows 3, and the update needs 4 pods at once (3 of the "
            "version that runs and 1 new)"
        )
    ]


@pytest.mark.parametrize(
    "strategy",
    [
        {"type": "Recreate"},
        {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
        {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "50%"}},
        {"rollingUpdate": {"maxSurge": "0%", "maxUnavailable": "10%"}},
    ],
)
def test_an_update_that_may_end_pods_first_needs_no_more_room(strategy: Manifest) -> None:
    after = deployment(_other_image, replicas=3)
    after["spec"]["strategy"] = strategy

    assert _lines(_cluster({"pods": "3"}), after, running(deployment(replicas=3))) == []


def test_pods_of_a_template_that_stays_need_no_second_room() -> None:
    live = running(deployment(replicas=3))

    assert _lines(_cluster({"pods": "3"}), deployment(replicas=3), live) == []


def test_pods_that_do_not_serve_need_no_second_room() -> None:
    live = running(deployment(replicas=3), available=0)

    assert _lines(_cluster({"pods": "3"}), deployment(_other_image, replicas=3), live) == []


def test_pods_of_an_update_that_failed_are_not_taken_for_its_own_size() -> None:
    live = running(deployment(replicas=2, cpu="600m"))
    live["status"]["updatedReplicas"] = 1

    assert _lines(_cluster({"requests.cpu": "500m"}), deployment(replicas=2), live) == []


def test_an_autoscaler_may_go_down_to_one_pod() -> None:
    def scaled(manifest: Manifest) -> Manifest:
        del manifest["spec"]["replicas"]
        return manifest

    live, after = running(deployment(replicas=5)), scaled(deployment(_other_image))

    assert _lines(_cluster({"pods": "2"}), after, live) == []
    assert _lines(_cluster({"pods": "1"}), after, live) == [
        (
            "pods: the quota allows 1, and the update needs 2 pods at once (1 of the version that "
            "runs and 1 new)"
        )
    ]


def test_what_others_use_of_a_quota_is_no_finding() -> None:
    cluster = _cluster({"pods": "4", "requests.cpu": "1"})
    cluster.refuse_pods(
        'pods "web-" is forbidden: exceeded quota: small, requested: pods=1, used: pods=4, '
        "limited: pods=4"
    )

    assert _lines(cluster, deployment(replicas=3)) == []


def test_amounts_are_in_the_unit_of_the_quota() -> None:
    cluster = _cluster({"requests.cpu": "500m", "limits.memory": "256Mi", "cpu": "1"})

    assert _lines(cluster, deployment(replicas=3, cpu="400m")) == [
        "cpu: the quota allows 1, and the update needs 1.2 for 3 pods at once",
        "limits.memory: the quota allows 256Mi, and the update needs 384Mi for 3 pods at once",
        "requests.cpu: the quota allows 500m, and the update needs 1200m for 3 pods at once",
    ]


def test_the_pods_that_run_count_with_what_they_ask_for() -> None:
    live = running(deployment(replicas=2, cpu="100m"))
    after = deployment(_other_image, replicas=2, cpu="200m")

    assert _lines(_cluster({"requests.cpu": "500m"}), after, live) == []
    assert _lines(_cluster({"requests.cpu": "450m"}), after, live) == [
        (
            "requests.cpu: the quota allows 450m, and the update needs 500m for 3 pods at once "
            "(1 of the version that runs and 2 new)"
        )
    ]


def test_what_the_cluster_adds_to_a_pod_counts() -> None:
    def add_sidecar(pod: Manifest) -> None:
        proxy = {"name": "proxy", "resources": {"requests": {"cpu": "300m"}}}
        pod["spec"]["containers"].append(proxy)

    cluster = _cluster({"requests.cpu": "700m"})
    cluster.added_to_pod = add_sidecar

    assert _lines(cluster, deployment(replicas=2)) == [
        "requests.cpu: the quota allows 700m, and the update needs 800m for 2 pods at once"
    ]


def test_sidecars_and_containers_that_run_first_count_as_the_scheduler_counts_them() -> None:
    def change(spec: Manifest) -> None:
        spec["initContainers"] = [
            {"name": "data", "restartPolicy": "Always", "resources": {"requests": {"cpu": "50m"}}},
            {"name": "init", "resources": {"requests": {"cpu": "300m"}}},
        ]

    assert _lines(_cluster({"requests.cpu": "350m"}), deployment(change, replicas=1)) == []
    assert _lines(_cluster({"requests.cpu": "349m"}), deployment(change, replicas=1)) == [
        "requests.cpu: the quota allows 349m, and the update needs 350m for 1 pod at once"
    ]


def test_a_stateful_set_needs_room_for_the_volumes_of_a_first_deployment() -> None:
    hard = {"persistentvolumeclaims": "1", "requests.storage": "1Gi", "pods": "2"}

    assert _lines(_cluster(hard), stateful_set()) == [
        "persistentvolumeclaims: the quota allows 1, and the update needs 2 for 2 pods at once",
        "requests.storage: the quota allows 1Gi, and the update needs 2Gi for 2 pods at once",
    ]
    assert _lines(_cluster(hard), stateful_set(_other_image), running(stateful_set())) == []


@pytest.mark.parametrize("manifest", [job("web-1"), cron_job("web")], ids=["Job", "CronJob"])
def test_a_job_needs_room_for_one_pod(manifest: Manifest) -> None:
    assert _lines(_cluster({"pods": "1"}), manifest) == []
    assert _lines(_cluster({"pods": "0"}), manifest) == [
        "pods: the quota allows 0, and the update needs 1 pod at once"
    ]


@pytest.mark.parametrize(
    ("scope", "counts"),
    [
        ({"scopes": ["NotTerminating"]}, True),
        ({"scopes": ["Terminating"]}, False),
        ({"scopes": ["NotBestEffort", "NotTerminating"]}, True),
        ({"scopes": ["BestEffort"]}, False),
        ({"scopes": ["CrossNamespacePodAffinity"]}, False),
        ({"scopeSelector": {"matchExpressions": [_BEST_EFFORT]}}, False),
    ],
)
def test_a_quota_counts_the_pods_of_its_scopes_alone(scope: Manifest, counts: bool) -> None:
    def change(spec: Manifest) -> None:
        spec["priorityClassName"] = "high"

    assert bool(_lines(_cluster({"pods": "0"}, **scope), deployment(change))) is counts


@pytest.mark.parametrize(
    ("operator", "values", "counts"),
    [
        ("In", ["high"], True),
        ("In", ["low"], False),
        ("NotIn", ["low"], True),
        ("NotIn", ["high"], False),
        ("Exists", [], True),
        ("DoesNotExist", [], False),
    ],
)
def test_a_quota_of_priority_classes_counts_theirs(
    operator: str, values: list[str], counts: bool
) -> None:
    def change(spec: Manifest) -> None:
        spec["priorityClassName"] = "high"

    expression = {"scopeName": "PriorityClass", "operator": operator, "values": values}
    cluster = _cluster({"pods": "0"}, scopeSelector={"matchExpressions": [expression]})

    assert bool(_lines(cluster, deployment(change))) is counts


def test_resources_that_pods_do_not_use_are_no_finding() -> None:
    hard = {"services": "0", "count/secrets": "0", "requests.nvidia.com/gpu": "0"}

    assert _lines(_cluster(hard), deployment()) == []
