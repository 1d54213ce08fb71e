"""Belongs here: what `make up` and `make preview` ask the cluster and change in it."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from commands.errors import CommandError
from commands.preview import preview
from commands.stack import Stack
from commands.up import up
from tests.unit.commands.drift import objects
from tests.unit.commands.drift.objects import live, write
from tests.unit.commands.drift.states import state_of
from tests.unit.commands.fakes import Program, as_text

_HERE = "--context kind-slipway-kind"
_GET = f"{_HERE} --request-timeout=10s get --filename=-"
_LIST = f"{_HERE} --request-timeout=10s get service --all-namespaces"
_APPLY = f"{_HERE} apply"
_IMAGE = "spec/template/spec/containers/0/image"


def _cluster(*found: dict[str, Any], uid: str = "uid-1") -> str:
    identity = {"apiVersion": "v1", "kind": "Namespace"}
    system = {**identity, "metadata": {"name": "kube-system", "uid": uid}}
    return json.dumps({"items": [system, *found]})


def _verbs(program: Program) -> list[str]:
    return [
        next(word for word in call.removeprefix(_HERE).split() if not word.startswith("-"))
        for call in program.calls
    ]


def _applied(kubectl: Program) -> list[dict[str, Any]]:
    return json.loads(kubectl.stdin.read_text())["items"]


@pytest.fixture
def kubectl(programs: Any) -> Program:
    program = Program(programs, "kubectl")
    program.answers(_APPLY, reads=True)
    return program


def test_an_up_without_changes_by_hand_asks_once_and_prints_nothing(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", as_text(state_of(*objects.ALL)))
    kubectl.answers(_GET, _cluster(*map(live, objects.ALL)), reads=True)
    up(stack)
    assert len(kubectl.calls) == 1
    assert "--ignore-not-found --output=json --show-managed-fields" in kubectl.calls[0]
    assert [each["kind"] for each in _applied(kubectl)] == [
        "Namespace",
        *(each["kind"] for each in objects.ALL),
    ]
    assert capsys.readouterr().out == ""


def test_the_request_sends_no_content(stack: Stack, pulumi: Program, kubectl: Program) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.SECRET)))
    kubectl.answers(_GET, _cluster(live(objects.SECRET)), reads=True)
    up(stack)
    assert "aGVsbG8" not in kubectl.stdin.read_text()


def test_changes_are_set_back_in_one_command_in_the_order_of_creation(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", as_text(state_of(*objects.ALL)))
    scaled = live(objects.STATEFUL_SET)
    write(scaled, "spec/replicas", 9)
    missing = (objects.NAMESPACE, objects.SERVICE)
    others = [live(each) for each in objects.ALL if each not in (*missing, objects.STATEFUL_SET)]
    kubectl.answers(_GET, _cluster(scaled, *others))
    up(stack)
    assert _verbs(kubectl) == ["get", "apply", "rollout"]
    assert kubectl.calls[1] == (
        f"{_HERE} apply --server-side --force-conflicts --field-manager=slipway-slipway-kind "
        "--validate=warn --filename=-"
    )
    assert [each["kind"] for each in _applied(kubectl)] == ["Namespace", "Service", "StatefulSet"]
    assert kubectl.calls[2].endswith(
        "rollout status statefulset.apps web --namespace=shop --timeout=600s"
    )
    reported = capsys.readouterr().out
    assert "shop/web: the Service was deleted; recreated\n" in reported
    assert [" ".join(call.split()[:2]) for call in pulumi.calls] == [
        "stack select",
        "stack export",
        "up --yes",
        "stack export",
    ]


def test_a_served_version_of_another_is_set_back_after_the_update_if_that_left_it(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.SERVICE, objects.DEPLOYMENT)))
    current = live(objects.DEPLOYMENT)
    current["status"] = {"readyReplicas": 3}
    write(current, _IMAGE, "web:2")
    kubectl.answers(_GET, _cluster(live(objects.SERVICE), current))
    pulumi.does("up", f"echo up >> '{kubectl.stdin.parent}/calls'")
    up(stack)
    assert "; set back to localhost:5001/web@sha256:1\n" in capsys.readouterr().out
    calls = [call.removeprefix(f"{_HERE} ") for call in kubectl.calls]
    assert [call.split()[0] for call in calls] == [
        "--request-timeout=10s", "up", "--request-timeout=10s", "apply", "rollout"
    ]  # fmt: skip
    assert [each["kind"] for each in _applied(kubectl)] == ["Deployment"]


def test_a_served_version_that_the_update_changed_is_not_touched_again(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.DEPLOYMENT)))
    current = live(objects.DEPLOYMENT)
    current["status"] = {"readyReplicas": 3}
    write(current, _IMAGE, "web:2")
    kubectl.answers(_GET, _cluster(current))
    after = kubectl.stdin.parent / "after"
    after.write_text(_cluster(live(objects.DEPLOYMENT)))
    flag = kubectl.stdin.parent / "updated"
    pulumi.does("up", f"touch '{flag}'")
    before = kubectl.stdin.parent / "before"
    before.write_text(_cluster(current))
    kubectl.does(_GET, f"if [ -e '{flag}' ]; then cat '{after}'; else cat '{before}'; fi")
    up(stack)
    assert _verbs(kubectl) == ["get", "get"]


@pytest.mark.parametrize("answer", ["refused", "another"])
def test_a_cluster_that_up_starts_or_creates_is_compared_afterwards(
    stack: Stack,
    pulumi: Program,
    kubectl: Program,
    answer: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.SERVICE, objects.POLICY)))
    flag, after = kubectl.stdin.parent / "updated", kubectl.stdin.parent / "after"
    after.write_text(_cluster(live(objects.POLICY)))
    other = kubectl.stdin.parent / "other"
    other.write_text(_cluster(uid="uid-2"))
    first = "exit 1" if answer == "refused" else f"cat '{other}'"
    kubectl.does(_GET, f"if [ -e '{flag}' ]; then cat '{after}'; else {first}; fi")
    pulumi.does("up", f"touch '{flag}'")
    up(stack)
    assert _verbs(kubectl) == ["get", "get", "apply"]
    assert capsys.readouterr().out.startswith("shop/web: the Service was deleted; recreated\n")


def test_a_preview_reports_and_changes_nothing(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.SERVICE)))
    kubectl.answers(_GET, _cluster())
    preview(stack)
    assert _verbs(kubectl) == ["get"]
    assert capsys.readouterr().out == (
        "shop/web: the Service was deleted; `make up` recreates it\n"
    )


def test_an_object_that_a_killed_run_was_changing_is_compared_after_the_update(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    killed = state_of(objects.SERVICE, objects.DEPLOYMENT)
    workload = killed["deployment"]["resources"][-1]
    killed["deployment"]["pending_operations"] = [{"type": "updating", "resource": workload}]
    pulumi.answers("stack export", as_text(killed))
    ahead = live(objects.DEPLOYMENT)
    environment = ahead["spec"]["template"]["spec"]["containers"][0]["env"]
    assert environment.pop(0)["name"] == "MODE"
    ahead["metadata"]["managedFields"] = live({**objects.DEPLOYMENT, "spec": ahead["spec"]})[
        "metadata"
    ]["managedFields"]
    kubectl.answers(_GET, _cluster(live(objects.SERVICE), ahead), reads=True)
    preview(stack)
    assert capsys.readouterr().out == ""

    pulumi.does("up", f"cp '{kubectl.stdin}' '{kubectl.stdin}.before'")
    up(stack)

    asked = json.loads(kubectl.stdin.with_name("stdin.before").read_text())["items"]
    assert [each["kind"] for each in asked] == ["Namespace", "Service"]
    assert _verbs(kubectl) == ["get", "get", "get", "apply", "rollout"]


def test_an_object_that_another_stack_adopted_is_not_touched(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.SERVICE)))
    current = live(objects.SERVICE)
    write(current, "metadata/labels/slipway.dev~1stack", "other-dev")
    kubectl.answers(_GET, _cluster(current))
    up(stack)
    assert _verbs(kubectl) == ["get"]


def test_the_secrets_of_the_state_are_decrypted_only_for_what_needs_them(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    encrypted = {**objects.SECRET, "data": {"KEY": {**mark, "ciphertext": "v1:x"}}}
    plain = {**objects.SECRET, "data": {"KEY": {**mark, "plaintext": '"aGVsbG8="'}}}
    pulumi.answers("stack export", as_text(state_of(objects.SERVICE, encrypted)))
    pulumi.answers("stack export --show-secrets", as_text(state_of(objects.SERVICE, plain)))
    kubectl.answers(_GET, _cluster(live(objects.SECRET)))
    up(stack)
    assert not any("--show-secrets" in call for call in pulumi.calls)
    kubectl.answers(_GET, _cluster(live(objects.SERVICE)))
    up(stack)
    assert any("--show-secrets" in call for call in pulumi.calls)
    assert _applied(kubectl)[0]["data"] == {"KEY": "aGVsbG8="}
    assert not any("aGVsbG8" in call for call in kubectl.calls)


def test_an_immutable_object_of_other_content_is_deleted_first(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.FILES)))
    current = live(objects.FILES)
    write(current, "data/motd", "bye")
    kubectl.answers(_GET, _cluster(current))
    up(stack)
    assert _verbs(kubectl) == ["get", "delete", "apply"]


def test_a_contradiction_is_patched_and_the_patch_owns_nothing_afterwards(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.BUDGET)))
    current = live(objects.BUDGET)
    write(current, "spec/maxUnavailable", None)
    write(current, "spec/minAvailable", 2)
    kubectl.answers(_GET, _cluster(current))
    left = live(objects.BUDGET)
    left["metadata"]["managedFields"].append({"manager": "slipway-repair", "operation": "Update"})
    patch = f"{_HERE} --request-timeout=10s patch poddisruptionbudget.policy web --namespace=shop"
    kubectl.answers(f"{_HERE} --request-timeout=10s get poddisruptionbudget", json.dumps(left))
    kubectl.answers(patch, reads=True)
    up(stack)
    assert _verbs(kubectl) == ["get", "patch", "apply", "get", "patch"]
    assert kubectl.calls[1].endswith(
        "--type=json --field-manager=slipway-repair --patch-file=/dev/stdin"
    )
    assert json.loads(kubectl.stdin.read_text()) == [
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "100"},
        {"op": "remove", "path": "/metadata/managedFields/1"},
    ]


_CONFLICT = 'Operation cannot be fulfilled on "web": the object has been modified'


def test_a_patch_is_made_again_for_an_object_that_another_has_just_written(
    stack: Stack, pulumi: Program, kubectl: Program, tmp_path: Path
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.BUDGET)))
    before = live(objects.BUDGET)
    write(before, "spec/maxUnavailable", None)
    write(before, "spec/minAvailable", 2)
    kubectl.answers(_GET, _cluster(before))
    after = copy.deepcopy(before)
    after["metadata"]["resourceVersion"] = "101"
    kubectl.answers(f"{_HERE} --request-timeout=10s get poddisruptionbudget", json.dumps(after))
    patch = f"{_HERE} --request-timeout=10s patch poddisruptionbudget.policy web --namespace=shop"
    sent = tmp_path / "sent"
    kubectl.does(patch, f"cat > '{sent}'; grep -q '\"101\"' '{sent}' || {{ {_refused()} }}")
    up(stack)
    assert _verbs(kubectl) == ["get", "patch", "get", "patch", "apply", "get"]
    assert json.loads(sent.read_text())[0]["value"] == "101"


def test_a_patch_of_an_object_that_others_write_without_a_pause_ends(
    stack: Stack, pulumi: Program, kubectl: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.drift.patching._SECONDS", 0.2)
    pulumi.answers("stack export", as_text(state_of(objects.BUDGET)))
    current = live(objects.BUDGET)
    write(current, "spec/minAvailable", 2)
    kubectl.answers(_GET, _cluster(current))
    kubectl.answers(f"{_HERE} --request-timeout=10s get poddisruptionbudget", json.dumps(current))
    kubectl.does(f"{_HERE} --request-timeout=10s patch", _refused())
    with pytest.raises(CommandError, match="the object has been modified"):
        up(stack)
    assert _verbs(kubectl).count("patch") > 1


def _refused() -> str:
    return f"echo '{_CONFLICT}' >&2; exit 1;"


def test_an_object_that_is_being_deleted_is_awaited_and_recreated(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.SERVICE)))
    current = live(objects.SERVICE)
    current["metadata"]["deletionTimestamp"] = "2026-11-30T11:00:00Z"
    kubectl.answers(_GET, _cluster(current))
    up(stack)
    assert _verbs(kubectl) == ["get", "wait", "apply"]
    assert kubectl.calls[1].endswith("--for=delete service web --namespace=shop --timeout=120s")


def test_an_object_that_does_not_end_is_an_error_before_anything_is_deployed(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.SERVICE)))
    current = live(objects.SERVICE)
    current["metadata"]["deletionTimestamp"] = "2026-11-30T11:00:00Z"
    kubectl.answers(_GET, _cluster(current))
    kubectl.answers(f"{_HERE} wait", code=1, error="timed out waiting for the condition\n")
    with pytest.raises(CommandError) as raised:
        up(stack)
    assert str(raised.value).startswith(
        "shop/web: the Service is being deleted and is still there after 120 s: timed out"
    )
    assert "\n  next: kubectl get service web --namespace=shop" in str(raised.value)
    assert not any(call.startswith("up") for call in pulumi.calls)


def test_what_the_cluster_refuses_to_set_back_is_an_error_in_its_words(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.SERVICE)))
    kubectl.answers(_GET, _cluster())
    kubectl.answers(_APPLY, code=1, error="Error: the field is immutable\n")
    with pytest.raises(CommandError) as raised:
        up(stack)
    assert str(raised.value).startswith(
        "what was changed by hand cannot be set back; of the Service shop/web the cluster "
        "refuses: Error: the field is immutable"
    )


def test_a_recreated_workload_that_does_not_become_ready_is_an_error(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.DEPLOYMENT)))
    kubectl.answers(_GET, _cluster())
    kubectl.answers(f"{_HERE} rollout", code=1, error="error: exceeded its progress deadline\n")
    with pytest.raises(CommandError) as raised:
        up(stack)
    assert "the Deployment is as the stack declares it again, but" in str(raised.value)
    assert str(raised.value).endswith("progress deadline\n  next: make status STACK=kind")


def _pod(name: str, revision: str, *, ready: bool = False, **metadata: str) -> dict[str, Any]:
    labels = {"controller-revision-hash": revision}
    conditions = [{"type": "Ready", "status": str(ready)}]
    return {
        "metadata": {"name": name, "labels": labels, **metadata},
        "status": {"conditions": conditions},
    }


def test_pods_of_a_broken_version_that_a_stateful_set_would_wait_for_are_deleted(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.STATEFUL_SET)))
    current = live(objects.STATEFUL_SET)
    write(current, _IMAGE, "broken:1")
    kubectl.answers(_GET, _cluster(current))
    status = {"observedGeneration": 3, "updateRevision": "good"}
    set_back = {**live(objects.STATEFUL_SET), "status": status}
    set_back["metadata"]["generation"] = 3
    request = f"{_HERE} --request-timeout=10s"
    kubectl.answers(f"{request} get statefulset.apps web", json.dumps(set_back))
    pods = [
        _pod("web-0", "bad"),
        _pod("web-1", "bad", ready=True),
        _pod("web-2", "good"),
        _pod("web-3", "bad", deletionTimestamp="2026-11-30T11:00:00Z"),
    ]
    kubectl.answers(f"{request} get pods --namespace=shop", json.dumps({"items": pods}))

    up(stack)

    assert _verbs(kubectl) == ["get", "apply", "get", "get", "delete", "rollout"]
    assert "delete pods web-0 --namespace=shop --wait=false" in kubectl.calls[4]
    assert "shop/web: deleting web-0, not ready and of another version" in capsys.readouterr().out


def test_a_controller_that_is_slow_is_not_waited_for_without_end(
    stack: Stack, pulumi: Program, kubectl: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.drift.stuck_pods._PATIENCE_SECONDS", 0.3)
    pulumi.answers("stack export", as_text(state_of(objects.STATEFUL_SET)))
    current = live(objects.STATEFUL_SET)
    write(current, _IMAGE, "broken:1")
    kubectl.answers(_GET, _cluster(current))
    current["metadata"]["generation"] = 3
    request = f"{_HERE} --request-timeout=10s"
    kubectl.answers(f"{request} get statefulset.apps web", json.dumps(current))
    kubectl.answers(f"{request} get pods", '{"items": []}')
    up(stack)
    assert _verbs(kubectl)[:4] == ["get", "apply", "get", "get"]
    assert _verbs(kubectl)[-2:] == ["get", "rollout"]


def test_a_workload_that_the_update_removed_is_not_awaited(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.DEPLOYMENT)))
    kubectl.answers(_GET, _cluster())
    after = kubectl.stdin.parent / "after"
    after.write_text(as_text(state_of(objects.SERVICE)))
    before = kubectl.stdin.parent / "before"
    before.write_text(as_text(state_of(objects.DEPLOYMENT)))
    flag = kubectl.stdin.parent / "updated"
    pulumi.does("up", f"touch '{flag}'")
    pulumi.does("stack export", f"if [ -e '{flag}' ]; then cat '{after}'; else cat '{before}'; fi")
    up(stack)
    assert _verbs(kubectl) == ["get", "apply"]


def test_the_repair_of_a_workload_leaves_the_replicas_of_an_autoscaler(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.DEPLOYMENT)))
    current = live(objects.DEPLOYMENT)
    write(current, "spec/replicas", 9, manager="kube-controller-manager")
    write(current, _IMAGE, "broken:1")
    kubectl.answers(_GET, _cluster(current))
    up(stack)
    (applied,) = _applied(kubectl)
    assert "replicas" not in applied["spec"]
    assert applied["spec"]["template"] == objects.DEPLOYMENT["spec"]["template"]


def test_a_workload_whose_pods_change_only_when_they_are_deleted_is_not_awaited(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    spec = {**objects.STATEFUL_SET["spec"], "updateStrategy": {"type": "OnDelete"}}
    pulumi.answers("stack export", as_text(state_of({**objects.STATEFUL_SET, "spec": spec})))
    kubectl.answers(_GET, _cluster())
    up(stack)
    assert _verbs(kubectl) == ["get", "apply"]


def test_many_objects_are_listed_by_their_kinds_and_only_the_rest_by_name(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    services = [_renamed(objects.SERVICE, f"web-{number}") for number in range(40)]
    pulumi.answers("stack export", as_text(state_of(*services)))
    kubectl.answers(_LIST, json.dumps({"items": [live(each) for each in services[1:]]}))
    kubectl.answers(_GET, _cluster(live(services[0])), reads=True)
    up(stack)
    assert [call.partition(" get ")[2].split()[0] for call in kubectl.calls] == [
        "service", "--filename=-",
    ]  # fmt: skip
    names = [each["metadata"]["name"] for each in _applied(kubectl)]
    assert names == ["kube-system", "web-0"]


def test_objects_that_may_not_be_listed_are_asked_for_by_name(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    services = [_renamed(objects.SERVICE, f"web-{number}") for number in range(40)]
    pulumi.answers("stack export", as_text(state_of(*services)))
    kubectl.answers(_LIST, code=1, error="services is forbidden")
    kubectl.answers(_GET, _cluster(*map(live, services)), reads=True)
    up(stack)
    assert len(_applied(kubectl)) == 41


def _renamed(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    return {**manifest, "metadata": {**manifest["metadata"], "name": name}}


def test_a_version_whose_rollout_was_killed_is_set_back_unless_the_update_replaces_it(
    stack: Stack, pulumi: Program, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.answers("stack export", as_text(state_of(objects.DEPLOYMENT)))
    newer = copy.deepcopy(objects.DEPLOYMENT)
    newer["metadata"]["annotations"]["slipway.dev/unfinished-rollout"] = "true"
    kubectl.answers(_GET, _cluster(live(newer)))
    pulumi.does("up", f"echo up >> '{kubectl.stdin.parent}/calls'")

    up(stack)

    assert "; set back to the declared one\n" in capsys.readouterr().out
    calls = [call.removeprefix(f"{_HERE} --request-timeout=10s ") for call in kubectl.calls]
    verbs = [call.removeprefix(f"{_HERE} ").split()[0] for call in calls]
    assert verbs == ["get", "up", "get", "apply", "rollout"]
