"""A state of an earlier version under a real Pulumi.

Belongs here: what plain Pulumi commands say of it, and that it works once it is upgraded.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from commands.recovery import providers
from tests.engine.language_host.pulumi_project import REPOSITORY, Project

_PROGRAM = """
import pulumi
from components.targets.hash_key import HashKey

pulumi.export("key", HashKey("key").key)
"""
_EARLIER = REPOSITORY / "tests" / "unit" / "commands" / "recorded_state.json"


def _import(project: Project, state: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps(state))
    project.run("stack", "import", "--file", str(file))


def _hash_key(state: dict[str, Any]) -> dict[str, Any]:
    (resource,) = (
        resource
        for resource in state["deployment"]["resources"]
        if resource["type"].endswith(":HashKey")
    )
    return resource


def test_an_earlier_state_is_refused_until_it_is_upgraded_and_then_kept_and_destroyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    project = Project(tmp_path)
    project.run("stack", "init", "dev")
    project.program(_PROGRAM)
    project.up()
    state = project.read("stack", "export")
    key = project.read("stack", "output", "--json", "--show-secrets")
    provider = _hash_key(json.loads(_EARLIER.read_text()))["inputs"]["__provider"]
    for side in ("inputs", "outputs"):
        _hash_key(state)[side]["__provider"] = provider
    _import(project, state, tmp_path / "earlier.json")

    assert "`make up` upgrades the state" in project.up(code=1)

    assert providers.upgrade(state)
    _import(project, state, tmp_path / "upgraded.json")
    assert "2 unchanged" in project.run("preview", "--expect-no-changes")
    assert "2 unchanged" in project.up()
    assert project.read("stack", "output", "--json", "--show-secrets") == key
    assert "- 2 deleted" in project.run("destroy", "--yes", "--skip-preview")
