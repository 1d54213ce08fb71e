"""Belongs here: `make plan` and `make up APPROVED=…`, from Pulumi's answers to what they do."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from commands.cli import main
from commands.errors import CommandError
from commands.plan import plan, require_approved
from commands.plan.document import Plan
from commands.stack import Stack
from commands.up import up
from tests.unit.commands.fakes import Program
from tests.unit.commands.plan.previews import DEPLOYMENT, as_text, deployment, step

_CHANGE = step("update", DEPLOYMENT, "d", deployment(3), deployment(4))


@pytest.fixture(autouse=True)
def _planned(stack: Stack, pulumi: Program) -> None:
    subprocess.run(["git", "init", "--quiet", stack.checkout.root], check=True)
    subprocess.run(["git", "-C", stack.checkout.root, "add", "--all"], check=True)
    _would(pulumi, _CHANGE)


def _would(pulumi: Program, *steps: Any) -> None:
    pulumi.answers("preview --json", as_text(*steps))


def _hash(stack: Stack, file: Path) -> str:
    plan(stack, file, None)
    return Plan.read(file).hash


def _writes(pulumi: Program) -> list[str]:
    words = ("up", "destroy", "refresh", "stack import", "cancel", "config")
    return [call for call in pulumi.calls if call.startswith(words)]


def test_a_plan_ends_with_its_hash_and_writes_both_files(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, comment = tmp_path / "plan.json", tmp_path / "comment.md"
    plan(stack, file, comment)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == Plan.read(file).hash
    assert lines[-1] in comment.read_text(encoding="utf-8")
    assert f"plan: {file}" in lines


def test_a_plan_writes_nothing_else(stack: Stack, pulumi: Program, tmp_path: Path) -> None:
    _hash(stack, tmp_path / "plan.json")
    assert _writes(pulumi) == []


def test_a_preview_that_fails_is_an_error_with_its_reason(
    stack: Stack, pulumi: Program, tmp_path: Path
) -> None:
    said = [{"severity": "info", "message": "x"}, {"severity": "error", "message": "no cluster\n"}]
    pulumi.answers("preview --json", as_text(diagnostics=said), code=255)
    with pytest.raises(CommandError, match=r"failed:\nno cluster$") as caught:
        plan(stack, tmp_path / "plan.json", None)
    assert caught.value.code == 255
    assert not (tmp_path / "plan.json").exists()


def test_a_preview_without_json_is_an_error_with_what_it_printed(
    stack: Stack, pulumi: Program, tmp_path: Path
) -> None:
    pulumi.answers("preview --json", "no JSON", error="error: no stack", code=1)
    with pytest.raises(CommandError, match="error: no stack"):
        plan(stack, tmp_path / "plan.json", None)


def test_up_applies_what_was_approved(stack: Stack, pulumi: Program, tmp_path: Path) -> None:
    up(stack, _hash(stack, tmp_path / "plan.json"))
    assert len(_writes(pulumi)) == 1


def test_up_applies_what_a_file_approves(stack: Stack, pulumi: Program, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    _hash(stack, file)
    up(stack, str(file))
    assert len(_writes(pulumi)) == 1


def test_something_else_is_refused_before_a_write_and_the_fields_are_shown(
    stack: Stack, pulumi: Program, tmp_path: Path
) -> None:
    file = tmp_path / "plan.json"
    approved = _hash(stack, file)
    _would(pulumi, step("update", DEPLOYMENT, "d", deployment(3), deployment(9)))
    for words, beside in ((approved, file), (str(file), None)):
        with pytest.raises(CommandError, match=r"spec\.replicas: 4 was approved, now 9") as caught:
            up(stack, words, beside)
        assert caught.value.code == 4
    assert _writes(pulumi) == []


def test_without_the_plan_the_part_is_named(stack: Stack, pulumi: Program, tmp_path: Path) -> None:
    approved = _hash(stack, tmp_path / "plan.json")
    (stack.checkout.root / "new.py").write_text("", encoding="utf-8")
    for beside in (None, tmp_path / "absent.json"):
        with pytest.raises(CommandError, match="- the sources: the program"):
            require_approved(stack, approved, beside)
    assert _writes(pulumi) == []


def test_a_file_of_another_plan_does_not_explain(stack: Stack, tmp_path: Path) -> None:
    approved = _hash(stack, tmp_path / "first.json")
    stack.file.write_text("config: {slipway:name: b}", encoding="utf-8")
    other = tmp_path / "second.json"
    _hash(stack, other)
    stack.file.write_text("config: {slipway:name: c}", encoding="utf-8")
    with pytest.raises(CommandError, match="- the settings: the stack file"):
        require_approved(stack, approved, other)


@pytest.mark.parametrize("text", ["", "abc", "none.json"])
def test_what_is_no_hash_and_no_file_is_refused(stack: Stack, pulumi: Program, text: str) -> None:
    with pytest.raises(CommandError, match="neither the hash of a plan nor a file"):
        up(stack, text)
    assert _writes(pulumi) == []


def test_secrets_of_the_stack_file_are_in_no_file(stack: Stack, tmp_path: Path) -> None:
    cipher = "v1:abcdef:0123456789"
    text = f"encryptionsalt: s\nconfig: {{slipway:app: {{secrets: {{T: {{secure: {cipher}}}}}}}}}"
    stack.file.write_text(text, encoding="utf-8")
    plan(stack, tmp_path / "plan.json", tmp_path / "comment.md")
    for file in ("plan.json", "comment.md"):
        assert cipher not in (tmp_path / file).read_text(encoding="utf-8")


def test_the_command_line_names_both_files(
    monkeypatch: pytest.MonkeyPatch, stack: Stack, tmp_path: Path
) -> None:
    monkeypatch.setattr("commands.cli.Checkout.of_this_package", lambda: stack.checkout)
    file = tmp_path / "p.json"
    assert main(["plan", "--stack", "kind", "--plan", str(file)]) == 0
    approved = json.loads(file.read_text(encoding="utf-8"))["approve"]
    assert main(["up", "--stack", "kind", "--approved", approved, "--plan", str(file)]) == 0
    other = approved.replace(approved[:64], "0" * 64)
    assert main(["up", "--stack", "kind", "--approved", other]) == 4
