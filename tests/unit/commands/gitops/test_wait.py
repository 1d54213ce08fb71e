"""Belongs here: when `make wait` ends, and what it says then. Rollouts are tested live."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import gitops
from commands.errors import CommandError
from commands.gitops import wait
from commands.stack import Stack
from tests.unit.commands.fakes import Program
from tests.unit.commands.gitops.conftest import object_of

_GET = "--context shop --request-timeout=10s get"
_SERVICE = object_of("Service", "web", type="ClusterIP")
_BEFORE = object_of("Service", "web", type="NodePort")

_Render = Callable[..., Path]
_Commit = Callable[[str], str]


@pytest.fixture
def folder(
    stack: Stack, programs: Path, kubectl: Program, render: _Render, commit: _Commit
) -> Path:
    """A rendered Service that is committed in a second version, of a stack of GitOps."""
    stack.file.write_text("config:\n  slipway:deliver: gitops\n", encoding="utf-8")
    answer = {"deliver": "gitops", "context": "shop", "uid": "uid-1", "label": "slipway-kind"}
    Program(programs, "python").answers("-m stacks.delivery", json.dumps(answer))
    kubectl.answers(f"{_GET} namespace kube-system", "uid-1")
    kubectl.answers(f"{_GET} deployments", '{"items": []}')
    kubectl.answers(f"{_GET} applications", '{"items": []}')
    kubectl.answers(f"{_GET} kustomizations", '{"items": []}')
    kubectl.answers(f"{_GET} gitrepositories", '{"items": []}')
    render(_BEFORE)
    commit("first")
    made = render(_SERVICE)
    commit("second")
    return made


@pytest.fixture
def shows(kubectl: Program) -> Callable[..., None]:
    """Says which objects the cluster has."""

    def show(*found: dict[str, Any]) -> None:
        system = {"name": "kube-system", "uid": "uid-1"}
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": system}
        text = json.dumps({"items": [namespace, *found]})
        kubectl.answers(f"{_GET} --filename=-", text, reads=True)

    return show


@pytest.fixture
def failing(kubectl: Program) -> Callable[[str], None]:
    """Says that a Kustomization failed with a commit."""

    def fail(commit: str) -> None:
        condition = {
            "type": "Ready", "status": "False", "reason": "BuildFailed", "message": "no such file",
        }  # fmt: skip
        found = {
            "metadata": {"name": "shop", "namespace": "flux-system"},
            "spec": {"path": "./deploy/shop", "sourceRef": {"name": "shop"}},
            "status": {
                "conditions": [condition],
                "lastAttemptedRevision": f"main@sha1:{commit}",
            },
        }
        kubectl.answers(f"{_GET} kustomizations", json.dumps({"items": [found]}))

    return fail


def test_it_ends_when_all_is_as_it_is_written(
    stack: Stack, folder: Path, shows: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    shows(_SERVICE)

    wait(stack, folder, 5)

    assert "kind: all 1 objects are as in commit" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "reason"),
    [((), "Service shop/web is not there"), ((_BEFORE,), "Service shop/web is another version")],
)
def test_it_ends_in_time_with_what_is_not_applied(
    stack: Stack,
    folder: Path,
    shows: Callable[..., None],
    found: tuple[dict[str, Any], ...],
    reason: str,
) -> None:
    shows(*found)

    with pytest.raises(CommandError, match=reason) as caught:
        wait(stack, folder, 0)

    assert "in time" in str(caught.value)
    assert f"make wait STACK=kind OUT={folder}" in str(caught.value)


def test_a_commit_that_cannot_be_applied_is_reported_and_a_revert_made(
    stack: Stack,
    folder: Path,
    shows: Callable[..., None],
    failing: Callable[[str], None],
    git: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gitops, "_RETRY_SECONDS", 0)
    shows(_BEFORE)
    broken = git("rev-parse", "HEAD")
    failing(broken)

    with pytest.raises(CommandError, match=f"cannot apply commit {broken[:9]}") as caught:
        wait(stack, folder, 5)

    assert "Flux Kustomization flux-system/shop" in str(caught.value)
    assert "BuildFailed: no such file" in str(caught.value)
    assert '"NodePort"' in git("show", f"revert-{broken[:9]}:deploy/shop/service.yaml")


def test_a_failure_with_an_earlier_commit_is_none_of_this_one(
    stack: Stack,
    folder: Path,
    shows: Callable[..., None],
    failing: Callable[[str], None],
    git: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gitops, "_RETRY_SECONDS", 0)
    shows(_SERVICE)  # as it is written, but not by this commit
    earlier = git("rev-parse", "HEAD^")
    failing(earlier)

    with pytest.raises(CommandError, match="in time") as caught:
        wait(stack, folder, 0)

    assert f"is at {earlier[:9]}" in str(caught.value)


def test_a_cluster_that_does_not_answer_is_reported_after_a_while(
    stack: Stack, folder: Path, kubectl: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gitops, "_SILENT_SECONDS", 0)
    kubectl.answers(f"{_GET} --filename=-", code=1, error="connection refused", reads=True)

    with pytest.raises(CommandError, match="connection refused"):
        wait(stack, folder, 5)


def test_a_stack_that_pulumi_delivers_is_refused(stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no controller applies this stack"):
        wait(stack, tmp_path, 0)
