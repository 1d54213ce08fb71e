"""Belongs here: the hash of a plan, which parts it binds, and the plan as a file."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from commands.errors import CommandError
from commands.plan.comparison import parts_that_differ
from commands.plan.document import PARTS, Plan, differing, is_hash, planned
from commands.plan.steps import resources
from tests.unit.commands.plan.previews import DEPLOYMENT, deployment, preview, step


def _plan(*steps: Any, **more: Any) -> Plan:
    given: dict[str, Any] = {
        "settings": {"stacks/Pulumi.kind.yaml": {"slipway:name": "web"}},
        "sources": {"__main__.py": "abc"},
        "by_hand": [],
        **more,
    }
    found = steps or (step("update", DEPLOYMENT, "d", deployment(3), deployment(4)),)
    return planned("slipway", "kind", resources(preview(*found)), **given)


def test_the_same_content_has_the_same_hash() -> None:
    assert _plan().hash == _plan().hash
    assert is_hash(_plan().hash)
    assert not is_hash("plan.json") and not is_hash(_plan().hash[:64])


def _identity(operation: str, owner: str) -> Any:
    kind = "pulumi-python:dynamic/slipway:StackIdentity"
    inputs = {"project": "slipway", "owner": owner}
    return step(operation, kind, "stack", None if operation == "create" else inputs, inputs)


def _owned(owner: str) -> Any:
    manifest = deployment(4)
    manifest["metadata"]["labels"] = {"slipway.dev/owner": owner}
    return step("create", DEPLOYMENT, "d", None, manifest)


def test_the_id_that_a_first_preview_chooses_is_not_bound() -> None:
    first = _plan(_identity("create", "0123456789abcdef"), _owned("0123456789abcdef"))
    again = _plan(_identity("create", "fedcba9876543210"), _owned("fedcba9876543210"))

    assert first.hash == again.hash


def test_the_id_of_a_state_is_bound() -> None:
    known = _plan(_identity("same", "0123456789abcdef"), _owned("0123456789abcdef"))
    other = _plan(_identity("same", "fedcba9876543210"), _owned("fedcba9876543210"))

    assert differing(known.hash, other.hash) == ["objects"]


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("settings", _plan(settings={})),
        ("sources", _plan(sources={"__main__.py": "xyz"})),
        ("objects", _plan(step("update", DEPLOYMENT, "d", deployment(3), deployment(5)))),
        ("operations", _plan(step("update", DEPLOYMENT, "d", deployment(2), deployment(4)))),
        ("operations", _plan(step("replace", DEPLOYMENT, "d", deployment(3), deployment(4)))),
        ("operations", _plan(step("same", DEPLOYMENT, "d", deployment(4), deployment(4)))),
        ("byHand", _plan(by_hand=["Deployment shop/web: spec.replicas is 5"])),
        ("byHand", _plan(by_hand=None)),
    ],
)
def test_a_change_of_any_part_is_another_hash_and_named(part: str, other: Plan) -> None:
    assert other.hash != _plan().hash
    assert differing(_plan().hash, other.hash) == [part]
    assert parts_that_differ(_plan().hash, other.hash) == [PARTS[part]]


def test_options_that_decide_are_bound() -> None:
    protected = step("update", DEPLOYMENT, "d", deployment(3), deployment(4), protect=True)
    assert _plan(protected).hash != _plan().hash


def test_the_order_of_the_steps_does_not_count() -> None:
    one = step("same", DEPLOYMENT, "a", deployment(), deployment())
    other = step("create", DEPLOYMENT, "b", after=deployment())
    assert _plan(one, other).hash == _plan(other, one).hash


def test_another_stack_or_project_is_another_hash() -> None:
    for what in ("project", "stack"):
        assert dataclasses.replace(_plan(), **{what: "other"}).hash != _plan().hash
    other = dataclasses.replace(_plan(), stack="other").hash
    (words,) = parts_that_differ(_plan().hash, other)
    assert "stack" in words


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "plan.json"
    _plan().write(file)
    assert Plan.read(file) == _plan()
    assert json.loads(file.read_text(encoding="utf-8"))["approve"] == _plan().hash


@pytest.mark.parametrize("key", ["approve", "format", "stack", "sources"])
def test_a_plan_that_was_changed_is_refused(tmp_path: Path, key: str) -> None:
    file = tmp_path / "plan.json"
    _plan().write(file)
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, key: "other"}), encoding="utf-8")
    with pytest.raises(CommandError, match="was changed after it was written"):
        Plan.read(file)


@pytest.mark.parametrize("text", ["", "[]", "{}", "no JSON"])
def test_another_file_is_no_plan(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="is no plan"):
        Plan.read(file)


def test_a_plan_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="cannot be written"):
        _plan().write(tmp_path / "file" / "plan.json")
