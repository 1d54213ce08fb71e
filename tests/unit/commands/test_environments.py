"""Belongs here: stacks like another one, in the backend and in the folder of stack files."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.cli import main
from commands.environments import like_another, prune, up_for_a_time
from commands.errors import CommandError
from commands.stack import Stack
from tests.unit.commands.fakes import Program, as_text, deployed

_HOURS = 72


@pytest.fixture(autouse=True)
def python(programs: Path, checkout: Checkout) -> Program:
    """Writes the file that `stacks.environment` would write."""
    program = Program(programs, "python")
    for name in ("pr-1", "pr-2", "pr-3"):
        file = checkout.root / "stacks" / f"Pulumi.{name}.yaml"
        program.does(f"-m stacks.environment --stack {name}", f"echo 'config: {{}}' > '{file}'")
    return program


def _tags(like: str = "kind", hours: float = 0) -> str:
    until = datetime.now(UTC) + timedelta(hours=hours)
    return json.dumps({"slipway:like": like, "slipway:until": until.isoformat()})


@pytest.fixture(autouse=True)
def backend(pulumi: Program) -> None:
    """Has no stack yet."""
    _names(pulumi)


def _names(pulumi: Program, *names: str) -> None:
    pulumi.answers("stack ls", json.dumps([{"name": name} for name in names]))


def test_an_environment_has_its_end_in_the_backend(
    checkout: Checkout, pulumi: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    up_for_a_time(like_another("pr-1", "kind", checkout), "kind", _HOURS)

    tags = [call.split()[3:5] for call in pulumi.calls if call.startswith("stack tag set")]
    assert tags[0] == ["slipway:like", "kind"]
    left = datetime.fromisoformat(tags[1][1]) - datetime.now(UTC)
    assert timedelta(hours=_HOURS - 1) < left <= timedelta(hours=_HOURS)
    assert pulumi.calls.index("up --yes --skip-preview --stack pr-1") > 0
    assert "make prune FROM=kind" in capsys.readouterr().out


def test_what_cannot_be_extended_is_refused_before_pulumi_is_asked(
    checkout: Checkout, pulumi: Program, python: Program
) -> None:
    python.answers("-m stacks.environment", code=1, error="it holds secrets")

    with pytest.raises(CommandError, match="it holds secrets"):
        like_another("pr-1", "kind", checkout)
    with pytest.raises(CommandError, match="there is no stack `nothing`"):
        like_another("pr-1", "nothing", checkout)
    with pytest.raises(CommandError, match="kind cannot be like itself"):
        like_another("kind", "kind", checkout)
    assert pulumi.calls == []


def test_a_stack_that_was_made_otherwise_is_neither_changed_nor_removed(
    checkout: Checkout, pulumi: Program
) -> None:
    _names(pulumi, "pr-1")
    pulumi.answers("stack tag ls", "{}")
    pulumi.answers("stack export", as_text(deployed()))

    with pytest.raises(CommandError, match="has a stack pr-1 that is not one like kind"):
        like_another("pr-1", "kind", checkout)

    assert not (checkout.root / "stacks" / "Pulumi.pr-1.yaml").exists()
    assert not any(call.startswith(("up", "destroy", "stack tag set")) for call in pulumi.calls)


def test_an_empty_stack_of_an_interrupted_run_is_taken(checkout: Checkout, pulumi: Program) -> None:
    _names(pulumi, "pr-1")
    pulumi.answers("stack tag ls", "{}")

    assert like_another("pr-1", "kind", checkout).name == "pr-1"


def test_an_approval_is_not_dropped_in_silence(
    checkout: Checkout,
    pulumi: Program,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(Checkout, "of_this_package", lambda: checkout)

    code = main(["up", "--stack", "pr-1", "--from", "kind", "--approved", "plan.json"])

    assert code == 1
    assert "an approval binds a plan" in capsys.readouterr().err
    assert not any(call.startswith("up") for call in pulumi.calls)


def test_only_those_are_removed_whose_time_has_passed(
    stack: Stack, pulumi: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    _names(pulumi, "kind", "pr-1", "pr-2", "pr-3")
    pulumi.answers("stack export", as_text(deployed()))
    pulumi.answers("stack tag ls", "{}")
    pulumi.answers("stack tag ls --json --stack pr-1", _tags(hours=-2))
    pulumi.answers("stack tag ls --json --stack pr-2", _tags(hours=2))
    pulumi.answers("stack tag ls --json --stack pr-3", _tags("other", hours=-2))

    prune(stack)

    ended = [call for call in pulumi.calls if call.startswith("destroy")]
    assert ended == ["destroy --yes --skip-preview --stack pr-1"]
    assert not (stack.file.parent / "Pulumi.pr-1.yaml").exists()
    shown = capsys.readouterr().out
    assert "pr-1: its time passed 2 h ago" in shown
    assert "pr-2 stays for another" in shown


def test_one_that_cannot_be_removed_does_not_keep_the_others(
    stack: Stack, pulumi: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    _names(pulumi, "pr-1", "pr-2")
    pulumi.answers("stack export", as_text(deployed()))
    pulumi.answers("stack tag ls", _tags(hours=-1))
    pulumi.answers("destroy --yes --skip-preview --stack pr-1", code=255)

    with pytest.raises(CommandError, match="not removed: pr-1") as caught:
        prune(stack)

    assert "make down STACK=pr-1 FROM=kind" in str(caught.value)
    assert "stack rm --yes --preserve-config --stack pr-2" in pulumi.calls
    assert "pr-1 is not removed" in capsys.readouterr().err
