"""Belongs here: which changes of an object by hand are found, and what is no change."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.drift.comparison import Change, changes
from commands.drift.path import text
from commands.drift.values import HIDDEN, MISSING
from tests.unit.commands.drift import objects
from tests.unit.commands.drift.objects import MANAGER, live, write

_CONTAINER = "spec/template/spec/containers/0"
_WEB = "spec.template.spec.containers[web]"
_RESTARTED = "metadata/annotations/kubectl.kubernetes.io~1restartedAt"
_ENFORCE = "pod-security.kubernetes.io/enforce"
_RULES: list[dict[str, Any]] = [{"from": [{"podSelector": {}}]}, {"ports": [{"port": "http"}]}]


def _changes(declared: Any, current: Any) -> list[Change]:
    return changes(declared, current, MANAGER)


def _paths(declared: Any, current: Any) -> list[str]:
    return [text(change.path) for change in _changes(declared, current)]


@pytest.mark.parametrize("declared", objects.ALL, ids=lambda each: each["kind"])
def test_an_object_as_it_was_applied_has_no_change(declared: dict[str, Any]) -> None:
    assert _changes(declared, live(declared)) == []


_SIDECAR = {"name": "mesh", "image": "mesh:1"}
_BY_HAND: list[tuple[dict[str, Any], str, Any, list[str]]] = [
    (objects.DEPLOYMENT, "spec/replicas", 5, ["spec.replicas"]),
    (objects.DEPLOYMENT, f"{_CONTAINER}/image", "web:2", [f"{_WEB}.image"]),
    (objects.DEPLOYMENT, f"{_CONTAINER}/env/0/value", "slow", [f"{_WEB}.env[MODE].value"]),
    (objects.DEPLOYMENT, f"{_CONTAINER}/env/0", None, [f"{_WEB}.env[MODE]"]),
    (
        objects.DEPLOYMENT,
        f"{_CONTAINER}/resources/requests/cpu",
        "2",
        [f"{_WEB}.resources.requests.cpu"],
    ),
    (objects.DEPLOYMENT, f"{_CONTAINER}/resources", None, [f"{_WEB}.resources"]),
    (objects.DEPLOYMENT, f"{_CONTAINER}/command", ["sh"], [f"{_WEB}.command"]),
    (objects.DEPLOYMENT, f"{_CONTAINER}/ports/0/name", "web", [f"{_WEB}.ports[8080/TCP].name"]),
    (
        objects.DEPLOYMENT,
        "metadata/labels/app.kubernetes.io~1name",
        "x",
        ["metadata.labels[app.kubernetes.io/name]"],
    ),
    (
        objects.DEPLOYMENT,
        "spec/strategy/rollingUpdate/maxUnavailable",
        1,
        ["spec.strategy.rollingUpdate.maxUnavailable"],
    ),
    (objects.STATEFUL_SET, "spec/replicas", 0, ["spec.replicas"]),
    (objects.SERVICE, "spec/type", "NodePort", ["spec.type"]),
    (objects.SERVICE, "spec/ports/0/targetPort", 9, ["spec.ports[80/TCP].targetPort"]),
    (objects.SERVICE, "spec/selector/extra", "yes", ["spec.selector"]),
    (objects.SERVICE, "spec/selector", None, ["spec.selector"]),
    (objects.POLICY, "spec/ingress", _RULES[:1], ["spec.ingress"]),
    (
        objects.POLICY,
        "spec/ingress",
        [{"from": [{"podSelector": {"matchLabels": {"a": "b"}}}]}, _RULES[1]],
        ["spec.ingress"],
    ),
    (
        objects.POLICY,
        "spec/ingress",
        [{**_RULES[0], "ports": [{"port": 1}]}, _RULES[1]],
        ["spec.ingress"],
    ),
    (objects.POLICY, "spec/egress", [{}], ["spec.egress"]),
    (objects.POLICY, "spec/podSelector", {}, ["spec.podSelector"]),
    (objects.BUDGET, "spec/maxUnavailable", 0, ["spec.maxUnavailable"]),
    (objects.AUTOSCALER, "spec/maxReplicas", 50, ["spec.maxReplicas"]),
    (objects.AUTOSCALER, "spec/metrics", [], ["spec.metrics"]),
    (objects.FILES, "data/motd", "bye", ["data.motd"]),
    (objects.SECRET, "data/KEY", "Ynll", ["data.KEY"]),
    (objects.CRON_JOB, "spec/schedule", "@daily", ["spec.schedule"]),
    (objects.ACCOUNT, "automountServiceAccountToken", True, ["automountServiceAccountToken"]),
    (objects.ACCOUNT, "automountServiceAccountToken", None, ["automountServiceAccountToken"]),
    (objects.QUOTA, "spec/hard/requests.memory", "1Gi", ["spec.hard[requests.memory]"]),
    (
        objects.NAMESPACE,
        f"metadata/labels/{_ENFORCE.replace('/', '~1')}",
        "privileged",
        [f"metadata.labels[{_ENFORCE}]"],
    ),
    (
        objects.NAMESPACE,
        "metadata/annotations/pulumi.com~1patchForce",
        None,
        ["metadata.annotations[pulumi.com/patchForce]"],
    ),
]


@pytest.mark.parametrize(("declared", "where", "value", "paths"), _BY_HAND)
def test_a_declared_field_that_was_changed_is_found(
    declared: dict[str, Any], where: str, value: Any, paths: list[str]
) -> None:
    current = live(declared)
    write(current, where, value)
    assert _paths(declared, current) == paths


_LEFT: list[tuple[dict[str, Any], str, Any]] = [
    (objects.DEPLOYMENT, "metadata/annotations/team", "shop"),
    (objects.DEPLOYMENT, "metadata/labels/team", "shop"),
    (objects.DEPLOYMENT, f"spec/template/{_RESTARTED}", "now"),
    (objects.DEPLOYMENT, "spec/template/spec/nodeSelector", {"disk": "ssd"}),
    (objects.DEPLOYMENT, "spec/minReadySeconds", 5),
    (objects.DEPLOYMENT, f"{_CONTAINER}/resources/limits/memory", "1Gi"),
    (objects.DEPLOYMENT, "spec/paused", False),
    (objects.SERVICE, "spec/sessionAffinity", "ClientIP"),
    (objects.CRON_JOB, "spec/suspend", False),
    (objects.QUOTA, "spec/hard/pods", "9"),
]


@pytest.mark.parametrize(("declared", "where", "value"), _LEFT)
def test_a_field_that_is_not_declared_stays_the_others(
    declared: dict[str, Any], where: str, value: Any
) -> None:
    current = live(declared)
    write(current, where, value)
    assert _changes(declared, current) == []


def test_a_container_and_a_variable_that_were_added_stay() -> None:
    current = live(objects.DEPLOYMENT)
    pod = current["spec"]["template"]["spec"]
    pod["containers"].insert(0, dict(_SIDECAR))
    pod["containers"][1]["env"].insert(0, {"name": "EXTRA", "value": "1"})
    assert _changes(objects.DEPLOYMENT, current) == []


def test_replicas_that_an_autoscaler_took_stay_though_they_are_declared() -> None:
    current = live(objects.DEPLOYMENT)
    write(current, "spec/replicas", 9, manager="kube-controller-manager")
    current["metadata"]["managedFields"][-1]["subresource"] = "scale"
    assert _changes(objects.DEPLOYMENT, current) == []


def test_replicas_that_an_autoscaler_sets_stay() -> None:
    declared = copy.deepcopy(objects.DEPLOYMENT)
    del declared["spec"]["replicas"]
    current = live(declared)
    write(current, "spec/replicas", 9, manager="kube-controller-manager")
    assert _changes(declared, current) == []


def test_a_field_that_was_changed_and_changed_back_is_no_change() -> None:
    current = live(objects.DEPLOYMENT)
    write(current, "spec/replicas", 5)
    write(current, "spec/replicas", 3)
    assert _changes(objects.DEPLOYMENT, current) == []


def test_what_an_interrupted_update_of_the_stack_applied_is_no_change_by_hand() -> None:
    current = live(objects.DEPLOYMENT)
    current["spec"]["replicas"] = 7
    assert _changes(objects.DEPLOYMENT, current) == []


def test_what_the_api_server_adds_and_rewrites_is_no_change() -> None:
    current = live(objects.DEPLOYMENT)
    current["metadata"]["managedFields"] = []
    spec = current["spec"]
    spec |= {"revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}
    pod = spec["template"]["spec"]
    pod |= {"restartPolicy": "Always", "dnsPolicy": "ClusterFirst"}
    container = pod["containers"][0]
    container["ports"][0]["protocol"] = "TCP"
    container["imagePullPolicy"] = "IfNotPresent"
    container["readinessProbe"] |= {"timeoutSeconds": 1, "periodSeconds": 10}
    container["readinessProbe"]["httpGet"]["scheme"] = "HTTP"
    container["resources"] = {
        "requests": {"cpu": "1", "memory": "65536Ki"},
        "limits": {"cpu": "500m"},
    }
    assert _changes(objects.DEPLOYMENT, current) == []


def test_the_defaults_of_rules_are_no_change() -> None:
    current = live(objects.POLICY)
    current["metadata"]["managedFields"] = []
    current["spec"]["ingress"][1]["ports"][0]["protocol"] = "TCP"
    del current["spec"]["egress"]
    assert _changes(objects.POLICY, current) == []


def test_an_object_that_was_replaced_by_hand_is_compared_with_all_that_is_declared() -> None:
    current = live(objects.DEPLOYMENT)
    current["metadata"]["managedFields"] = []
    current["spec"]["replicas"] = 1
    del current["metadata"]["labels"]["slipway.dev/stack"]
    assert _paths(objects.DEPLOYMENT, current) == [
        "metadata.labels[slipway.dev/stack]",
        "spec.replicas",
    ]


def test_who_changed_a_field_and_when_is_named() -> None:
    current = live(objects.DEPLOYMENT)
    write(current, "spec/replicas", 4, manager="first", time="2026-11-30T10:00:00Z")
    write(current, "spec/replicas", 5, manager="kubectl", time="2026-11-30T11:00:00Z")
    current["metadata"]["managedFields"][-1]["subresource"] = "scale"
    (change,) = _changes(objects.DEPLOYMENT, current)
    assert change.author is not None
    assert str(change.author) == "kubectl (scale)"
    assert change.author.time is not None
    assert change.author.time.hour == 11
    assert (change.declared, change.live) == (3, 5)


def test_a_field_that_another_applied_by_force_is_found() -> None:
    current = live(objects.DEPLOYMENT)
    write(current, f"{_CONTAINER}/image", "web:2", manager="argocd")
    current["metadata"]["managedFields"][-1]["operation"] = "Apply"
    (change,) = _changes(objects.DEPLOYMENT, current)
    assert str(change.author) == "argocd"


def test_what_controllers_report_is_of_no_author() -> None:
    current = live(objects.DEPLOYMENT)
    entry = {"manager": "kubelet", "subresource": "status", "fieldsV1": {"f:spec": {}}}
    write(current, "metadata/labels/app.kubernetes.io~1name", None)
    current["metadata"]["managedFields"].append(entry)
    (change,) = _changes(objects.DEPLOYMENT, current)
    assert change.live is MISSING
    assert change.author is None


_STOPPED: list[tuple[dict[str, Any], str, Any]] = [
    (objects.DEPLOYMENT, "spec/paused", True),
    (objects.CRON_JOB, "spec/suspend", True),
    (objects.STATEFUL_SET, "spec/updateStrategy/rollingUpdate/partition", 2),
]


@pytest.mark.parametrize(("declared", "where", "value"), _STOPPED)
def test_what_stops_every_update_is_undone_though_it_is_not_declared(
    declared: dict[str, Any], where: str, value: Any
) -> None:
    current = live(declared)
    write(current, where, value)
    (change,) = _changes(declared, current)
    assert change.declared is MISSING
    assert change.live == value
    assert change.patch == ({"op": "remove", "path": f"/{where}"},)


def test_a_pause_that_is_declared_stays() -> None:
    declared = copy.deepcopy(objects.DEPLOYMENT)
    declared["spec"]["paused"] = True
    assert _changes(declared, live(declared)) == []


_KEY = {"secretKeyRef": {"name": "web-secrets", "key": "KEY"}}
_EXCLUDED: list[tuple[dict[str, Any], str, str, Any, list[dict[str, Any]]]] = [
    (
        objects.BUDGET, "spec", "minAvailable", 2,
        [
            {"op": "remove", "path": "/spec/minAvailable"},
            {"op": "add", "path": "/spec/maxUnavailable", "value": 1},
        ],
    ),
    (
        objects.DEPLOYMENT, f"{_CONTAINER}/env/1", "value", "x",
        [
            {"op": "remove", "path": f"/{_CONTAINER}/env/1/value"},
            {"op": "add", "path": f"/{_CONTAINER}/env/1/valueFrom", "value": _KEY},
        ],
    ),
    (
        objects.DEPLOYMENT, f"{_CONTAINER}/readinessProbe", "exec", {"command": ["true"]},
        [
            {"op": "remove", "path": f"/{_CONTAINER}/readinessProbe/exec"},
            {
                "op": "add",
                "path": f"/{_CONTAINER}/readinessProbe/httpGet",
                "value": {"path": "/ready", "port": "http"},
            },
        ],
    ),
    (
        objects.DEPLOYMENT, "spec/template/spec/volumes/0", "hostPath", {"path": "/x"},
        [
            {"op": "remove", "path": "/spec/template/spec/volumes/0/hostPath"},
            {"op": "add", "path": "/spec/template/spec/volumes/0/emptyDir", "value": {}},
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "around", "member", "value", "patch"), _EXCLUDED)
def test_a_field_that_excludes_a_declared_one_is_undone_in_one_patch(
    declared: dict[str, Any], around: str, member: str, value: Any, patch: list[dict[str, Any]]
) -> None:
    current = live(declared)
    write(current, f"{around}/{patch[1]['path'].rpartition('/')[2]}", None)
    write(current, f"{around}/{member}", value)
    found = [change for change in _changes(declared, current) if change.patch]
    assert [change.path[-1] for change in found] == [member]
    assert list(found[0].patch) == patch


def test_a_strategy_that_was_changed_takes_its_own_fields_along() -> None:
    declared = copy.deepcopy(objects.DEPLOYMENT)
    declared["spec"]["strategy"] = {"type": "Recreate"}
    current = live(declared)
    write(current, "spec/strategy/type", "RollingUpdate")
    write(current, "spec/strategy/rollingUpdate", {"maxSurge": 1})
    patches = [change.patch for change in _changes(declared, current) if change.patch]
    assert patches == [
        (
            {"op": "remove", "path": "/spec/strategy/rollingUpdate"},
            {"op": "add", "path": "/spec/strategy/type", "value": "Recreate"},
        )
    ]


def test_a_port_with_another_number_is_one_change_and_keeps_the_rest() -> None:
    current = live(objects.SERVICE)
    port = {"name": "http", "port": 8080, "protocol": "TCP", "targetPort": "http", "nodePort": 3}
    write(current, "spec/ports/0", port)
    (change,) = _changes(objects.SERVICE, current)
    assert text(change.path) == "spec.ports[80/TCP]"
    assert change.patch == (
        {"op": "replace", "path": "/spec/ports/0", "value": {**port, "port": 80}},
    )
    assert str(change.author) == "kubectl-edit"


def test_an_encrypted_value_was_changed_if_another_manager_wrote_it() -> None:
    declared = copy.deepcopy(objects.SECRET)
    current = live(declared)
    declared["data"] = HIDDEN
    assert _changes(declared, current) == []
    write(current, "data/KEY", "Ynll")
    (change,) = _changes(declared, current)
    assert change.declared is HIDDEN


def test_an_encrypted_value_of_a_recreated_object_counts_as_changed() -> None:
    declared = copy.deepcopy(objects.SECRET)
    current = live(declared)
    current["metadata"]["managedFields"] = []
    declared["data"] = HIDDEN
    assert _paths(declared, current) == ["data"]


def test_a_secret_whose_texts_the_api_server_encoded_is_not_changed() -> None:
    current = live(objects.SECRET)
    own = current["metadata"]["managedFields"][0]["fieldsV1"]
    own["f:stringData"] = own.pop("f:data")
    assert _changes(objects.SECRET, current) == []


def _leaves(value: Any, where: str) -> list[str]:
    """The places of the plain values of an object that no atomic field holds."""
    if isinstance(value, dict) and value and not where.endswith(("elector", "Ref")):
        return [
            place
            for key, inner in value.items()
            for place in _leaves(inner, f"{where}/{key.replace('/', '~1')}")
        ]
    if isinstance(value, list) and where.endswith(("containers", "/env")):
        return [
            place
            for index, inner in enumerate(value)
            for place in _leaves(inner, f"{where}/{index}")
        ]
    keys = ("/containers/0/name", "/env/0/name", "/env/1/name")
    return [] if where.endswith(keys) or isinstance(value, dict) else [where]


@st.composite
def _some(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    declared = draw(st.sampled_from(objects.ALL))
    content = {key: value for key, value in declared.items() if key not in ("apiVersion", "kind")}
    metadata = content.pop("metadata")
    labels = _leaves({"labels": metadata["labels"]}, "metadata")
    places = [*labels, *(each for key in content for each in _leaves(content[key], key))]
    return declared, draw(st.lists(st.sampled_from(places), unique=True))


@given(_some())
def test_of_any_declared_fields_exactly_the_changed_ones_are_found(
    drawn: tuple[dict[str, Any], list[str]],
) -> None:
    declared, places = drawn
    current = live(declared)
    for place in places:
        write(current, place, "changed-by-hand")
    found = _changes(declared, current)
    assert len(found) == len(places)
    assert all(change.live == "changed-by-hand" for change in found)
    assert all(str(change.author) == "kubectl-edit" for change in found)


def test_a_rollout_that_was_killed_is_a_change_though_the_stack_itself_wrote_it() -> None:
    newer = copy.deepcopy(objects.DEPLOYMENT)
    newer["metadata"]["annotations"]["slipway.dev/unfinished-rollout"] = "true"
    newer["spec"]["template"]["spec"]["containers"][0]["image"] = "web:2"

    paths = _paths(objects.DEPLOYMENT, live(newer))

    assert "metadata.annotations[slipway.dev/unfinished-rollout]" in paths
