"""Belongs here: pending operations in a state, under the real Pulumi."""

import json
from pathlib import Path
from typing import Any

import pytest

from commands.errors import CommandError
from commands.recovery import recover
from commands.stack import Stack
from commands.up import up


def _file(stack: Stack) -> Path:
    folder = stack.state_folder()
    assert folder is not None
    return folder / "stacks" / "p" / "dev.json"


def _interrupt(stack: Stack, kind: str, *names: str) -> None:
    """Bring the state into the form that a kill during operations on resources leaves."""
    content = json.loads(_file(stack).read_text())
    latest = content["checkpoint"]["latest"]
    chosen = [entry for entry in latest["resources"] if entry["urn"].rpartition("::")[2] in names]
    latest["pending_operations"] = [{"type": kind, "resource": entry} for entry in chosen]
    if kind == "creating":
        latest["resources"] = [entry for entry in latest["resources"] if entry not in chosen]
    _file(stack).write_text(json.dumps(content))


def _pending(stack: Stack) -> list[Any]:
    return stack.state()["deployment"].get("pending_operations") or []


def test_a_creation_of_a_users_resource_is_not_started_twice(stack: Stack) -> None:
    up(stack)
    _interrupt(stack, "creating", "key", "data")
    before = _file(stack).read_text()
    with pytest.raises(CommandError, match=r"creating pulumi-python:dynamic/user:Database urn:"):
        up(stack)
    assert _file(stack).read_text() == before

    stack.run("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    up(stack)
    assert _pending(stack) == []
    assert sum("Database::data" in line for line in _file(stack).read_text().split('"urn"')) == 1


def test_an_update_of_a_users_resource_is_continued(
    stack: Stack, capfd: pytest.CaptureFixture[str]
) -> None:
    up(stack)
    _interrupt(stack, "updating", "data")
    recover(stack)
    assert len(_pending(stack)) == 1
    assert "updating pulumi-python:dynamic/user:Database urn:" in capfd.readouterr().out
    up(stack)
    assert _pending(stack) == []


def test_a_creation_of_slipways_own_type_is_done_again(stack: Stack) -> None:
    up(stack)
    _interrupt(stack, "creating", "key")
    up(stack)
    assert _pending(stack) == []
