"""Belongs here: when the hooks of a rollout do something."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from components.app.args import AppArgs
from components.app.rollout import hook, rollout, rollout_args
from components.app.rollout.rollout import Rollout

from .manifests import workload

_ERROR = "the Kubernetes API server reported that web failed to fully initialize or become live"


@pytest.mark.parametrize(
    ("is_preview", "error", "explained"),
    [(False, _ERROR, 1), (False, "the API server refused it", 0), (True, _ERROR, 0)],
)
def test_an_error_is_explained_after_a_rollout_only(
    monkeypatch: pytest.MonkeyPatch, is_preview: bool, error: str, explained: int
) -> None:
    done: list[str] = []
    monkeypatch.setattr(hook, "hooks_exist", lambda: True)
    monkeypatch.setattr(hook, "before_apply", lambda *_given: pulumi.ResourceHookBinding())
    monkeypatch.setattr(pulumi, "ErrorHook", lambda _name, work: work)
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: is_preview)
    monkeypatch.setattr(rollout, "api", lambda _kubeconfig: None)
    monkeypatch.setattr(Rollout, "explain_late", lambda _self: done.append("explained") or "")
    args = rollout_args("web", "Deployment", "deployment", AppArgs())
    assert args is not None

    async def fail() -> None:
        made: Any = hook.rollout_hook("web", args, pulumi.Output.from_input("{}"), [], None)
        manifest = workload("web@sha256:1")
        given = SimpleNamespace(errors=[error], new_inputs=manifest, old_inputs=manifest)
        assert await made.on_error[0](given) is False

    asyncio.run(fail())

    assert len(done) == explained
