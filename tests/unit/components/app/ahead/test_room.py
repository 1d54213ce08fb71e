"""Nodes that can never take a pod, and those that have no room now."""

import pytest

from .cluster import Change, Cluster, Manifest, deployment, forbidden, node

_NODES = "/api/v1/nodes"
_STATUS = "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status"
_CONTROL_PLANE = {"node-role.kubernetes.io/control-plane": ""}


def _cluster(*nodes: Manifest) -> Cluster:
    cluster = Cluster()
    cluster.holds(_NODES, *nodes)
    return cluster


def _spec(**fields: object) -> Change:
    return lambda spec: spec.update(fields)


def _required(*terms: Manifest) -> Change:
    """Return the change that lets a pod demand one of some terms of its node."""
    selector = {"nodeSelectorTerms": list(terms)}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": selector}
    return _spec(affinity={"nodeAffinity": required})


def test_a_pod_larger_than_every_node_is_a_finding_with_both_amounts() -> None:
    cluster = _cluster(node("one"), node("two"))

    (finding,) = cluster.outlook(deployment(cpu="2500m")).findings

    assert finding.cause == "pod larger than every node"
    assert finding.details == "cpu: a pod asks for 2.5, the largest node has 2"
    assert "ask for less `cpu`" in finding.next_step


def test_a_pod_that_one_node_can_take_is_no_finding() -> None:
    large = node("large")
    large["status"]["allocatable"]["cpu"] = "4"

    assert _cluster(node("one"), large).causes(deployment(cpu="2500m")) == []


def test_a_platform_that_no_node_has_is_a_finding() -> None:
    arm = {"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"}

    (finding,) = _cluster(node(), node("two")).outlook(deployment(_spec(nodeSelector=arm))).findings

    assert finding.cause == "no node of the platform"
    assert "kubernetes.io/arch=arm64" in finding.details
    assert "the cluster has 2 nodes: linux/amd64" in finding.details


def test_nodes_that_are_all_reserved_for_others_are_a_finding() -> None:
    cluster = _cluster(
        node("control", taint="node-role.kubernetes.io/control-plane:NoSchedule", **_CONTROL_PLANE),
        node("worker", taint="dedicated=db:NoSchedule"),
    )

    (finding,) = cluster.outlook(deployment()).findings

    assert finding.cause == "taints"
    assert "worker: dedicated=db:NoSchedule" in finding.details
    assert "kubectl taint node worker dedicated:NoSchedule-" in finding.next_step


def test_a_control_plane_alone_waits_for_workers_that_join() -> None:
    taint = "node-role.kubernetes.io/control-plane:NoSchedule"
    cluster = _cluster(node("control", taint=taint, **_CONTROL_PLANE))

    outlook = cluster.outlook(deployment())

    assert outlook.findings == ()


@pytest.mark.parametrize(
    "taint",
    [
        "node.kubernetes.io/not-ready:NoExecute",
        "node.kubernetes.io/unreachable:NoSchedule",
        "node.kubernetes.io/unschedulable:NoSchedule",
        "node.kubernetes.io/disk-pressure:NoSchedule",
        "node.cloudprovider.kubernetes.io/uninitialized=true:NoSchedule",
        "ToBeDeletedByClusterAutoscaler=1:NoSchedule",
        "dedicated=db:PreferNoSchedule",
    ],
)
def test_taints_that_pass_are_no_finding(taint: str) -> None:
    assert _cluster(node(taint=taint)).causes(deployment()) == []


@pytest.mark.parametrize(
    ("toleration", "causes"),
    [
        ({"operator": "Exists"}, []),
        ({"key": "dedicated", "operator": "Exists"}, []),
        ({"key": "dedicated", "value": "db"}, []),
        ({"key": "dedicated", "operator": "Equal", "value": "db", "effect": "NoSchedule"}, []),
        ({"key": "dedicated", "value": "web"}, ["taints"]),
        ({"key": "other", "operator": "Exists"}, ["taints"]),
        ({"key": "dedicated", "operator": "Exists", "effect": "NoExecute"}, ["taints"]),
    ],
)
def test_a_taint_that_is_tolerated_is_no_finding(toleration: Manifest, causes: list[str]) -> None:
    cluster = _cluster(node(taint="dedicated=db:NoSchedule"))

    assert cluster.causes(deployment(_spec(tolerations=[toleration]))) == causes


@pytest.mark.parametrize(
    ("expression", "is_chosen"),
    [
        ({"key": "disk", "operator": "In", "values": ["ssd", "nvme"]}, True),
        ({"key": "disk", "operator": "In", "values": ["hdd"]}, False),
        ({"key": "disk", "operator": "NotIn", "values": ["ssd"]}, False),
        ({"key": "disk", "operator": "Exists"}, True),
        ({"key": "disk", "operator": "DoesNotExist"}, False),
        ({"key": "cores", "operator": "Gt", "values": ["7"]}, True),
        ({"key": "cores", "operator": "Lt", "values": ["8"]}, False),
        ({"key": "disk", "operator": "Gt", "values": ["7"]}, False),
    ],
)
def test_required_affinity_is_judged_as_the_scheduler_does(
    expression: Manifest, is_chosen: bool
) -> None:
    manifest = deployment(_required({"matchExpressions": [expression]}), cpu="64")
    causes = _cluster(node(disk="ssd", cores="8")).causes(manifest)

    assert causes == (["pod larger than every node"] if is_chosen else [])


def _required_notices(*terms: Manifest) -> tuple[str, ...]:
    outlook = _cluster(node()).outlook(deployment(_required(*terms)))
    assert outlook.findings == ()
    return outlook.notices


def test_one_of_several_terms_is_enough() -> None:
    by_name = {"key": "metadata.name", "operator": "In", "values": ["worker"]}
    never = {"matchExpressions": [{"key": "gone", "operator": "Exists"}]}

    assert _required_notices(never, {"matchFields": [by_name]}) == ()
    (notice,) = _required_notices(never, {})
    assert "no node has the labels that its pods select (worker)" in notice


def test_a_label_that_no_node_has_is_a_notice_as_nodes_get_labels() -> None:
    outlook = _cluster(node()).outlook(deployment(_spec(nodeSelector={"pool": "gpu"})))

    assert outlook.findings == () and len(outlook.notices) == 1


@pytest.mark.parametrize("path", [_STATUS, "/apis/karpenter.sh", "/apis/autoscaling.x-k8s.io"])
def test_an_autoscaler_may_add_the_node(path: str) -> None:
    cluster = _cluster(node())
    cluster.objects[path] = {}

    assert cluster.causes(deployment(cpu="64")) == []


def test_a_node_that_an_autoscaler_added_shows_that_more_may_come() -> None:
    assert _cluster(node(**{"karpenter.sh/nodepool": "default"})).causes(deployment(cpu="64")) == []


def test_an_autoscaler_that_may_not_be_looked_up_may_exist() -> None:
    cluster = _cluster(node())
    cluster.unreadable[_STATUS] = forbidden('User "deployer" cannot get "configmaps"')

    assert cluster.causes(deployment(cpu="64")) == []


def test_another_scheduler_may_know_better() -> None:
    assert _cluster(node()).causes(deployment(_spec(schedulerName="volcano"), cpu="64")) == []


@pytest.mark.parametrize("nodes", [[], None])
def test_nodes_that_are_not_shown_are_no_finding(nodes: list[Manifest] | None) -> None:
    cluster = _cluster()
    if nodes is None:
        cluster.unreadable[_NODES] = forbidden('User "deployer" cannot list "nodes"')

    assert cluster.outlook(deployment(cpu="64")).notices == ()
    assert cluster.causes(deployment(cpu="64")) == []


def _pod(on: str, cpu: str, *, phase: str = "Running") -> Manifest:
    container = {"name": "a", "resources": {"requests": {"cpu": cpu}}}
    return {
        "metadata": {"name": "a"},
        "spec": {"nodeName": on, "containers": [container]},
        "status": {"phase": phase},
    }


@pytest.mark.parametrize(
    ("pods", "is_full"),
    [
        ([_pod("worker", "1950m")], True),
        ([_pod("worker", "1900m")], False),
        ([_pod("worker", "1950m", phase="Succeeded")], False),
        ([_pod("other", "1950m")], False),
    ],
)
def test_no_room_now_is_a_notice_as_others_may_leave(pods: list[Manifest], is_full: bool) -> None:
    cluster = _cluster(node())
    cluster.holds("/api/v1/pods", *pods)

    outlook = cluster.outlook(deployment(cpu="100m"))

    assert outlook.findings == ()
    assert [
        ("no node has room for another pod of it now (worker)" in each)
        for each in (outlook.notices)
    ] == ([True] if is_full else [])


def test_cordoned_nodes_are_a_notice() -> None:
    cordoned = node(taint="node.kubernetes.io/unschedulable:NoSchedule")
    cordoned["spec"]["unschedulable"] = True

    outlook = _cluster(cordoned).outlook(deployment())

    assert outlook.findings == ()
    assert "cordoned or not ready (worker)" in outlook.notices[0]


def test_a_large_cluster_is_not_summed_up() -> None:
    cluster = _cluster(node())
    cluster.holds("/api/v1/pods", _pod("worker", "1950m"))
    cluster.objects["/api/v1/pods"]["metadata"]["continue"] = "more"

    assert cluster.outlook(deployment()).notices == ()
